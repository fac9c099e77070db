import path from 'node:path';
import { account, accountKey, azuriteModules, AzuriteServers, makeServer } from './azurite-server.mjs';

/**
 * Azurite's blob service, inside this process: it starts in half the time of a process of its own (azurite-blob also
 * loads the drivers of three databases), and cannot be left behind.
 */
export class Azurite extends AzuriteServers {
  async run(context) {
    const { folder } = context;
    const load = azuriteModules(context);
    encodeNames(load('blob/generated/utils/xml'));
    const port = await this.listen('azurite', free => makeServer(load, 'Blob', path.join(folder, 'azurite'), free));
    return `DefaultEndpointsProtocol=http;AccountName=${account};AccountKey=${accountKey(folder)};`
      + `BlobEndpoint=http://127.0.0.1:${port}/${account};`;
  }
}

const notInXml = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

// As the service lists such names since version 2021-02-12. Without it one blob whose name has a character that XML
// cannot hold makes Azurite answer 500 to every listing of its container, which then cannot be emptied either.
function encodeNames(xml) {
  const { stringifyXML } = xml;
  const encode = entry => typeof entry?.Name === 'string' && notInXml.test(entry.Name)
    ? { ...entry, Name: { $: { Encoded: 'true' }, _: encodeURIComponent(entry.Name.toWellFormed()) } }
    : entry;
  xml.stringifyXML = (body, options) => stringifyXML(
    Array.isArray(body?.Blobs?.Blob) ? { ...body, Blobs: { ...body.Blobs, Blob: body.Blobs.Blob.map(encode) } } : body,
    options,
  );
}
