import fs from 'node:fs';
import path from 'node:path';
import { account, accountKey, azuriteModules, listen } from './azurite-server.mjs';

/**
 * Azurite's blob service, inside this process: it starts in half the time of a process of its own (azurite-blob also
 * loads the drivers of three databases), and cannot be left behind.
 */
export class Azurite {
  #context;
  #server;
  #started;

  constructor(context) {
    this.#context = context;
  }

  start() {
    this.#started ??= this.#run().catch(error => {
      this.#started = undefined;
      throw error;
    });
    return this.#started;
  }

  async stop() {
    await this.#started?.catch(() => {});
    // Closing writes what Azurite holds in memory; a throw-away folder's files are read by no process.
    if (!this.#context.isThrowAway) {
      await this.#server?.close();
    }
  }

  async #run() {
    const { folder } = this.#context;
    const load = azuriteModules(this.#context);
    encodeNames(load('blob/generated/utils/xml'));
    const { server, port } = await listen(
      this.#context, 'azurite', port => makeServer(load, path.join(folder, 'azurite'), port));
    this.#server = server;
    return `DefaultEndpointsProtocol=http;AccountName=${account};AccountKey=${accountKey(folder)};`
      + `BlobEndpoint=http://127.0.0.1:${port}/${account};`;
  }
}

// As azurite-blob does it with --location, --silent, --disableTelemetry and --skipApiVersionCheck.
function makeServer(load, location, port) {
  fs.mkdirSync(location, { recursive: true });
  const names = load('blob/utils/constants');
  const [persistence] = names.DEFAULT_BLOB_PERSISTENCE_ARRAY;
  const Configuration = load('blob/BlobConfiguration').default;
  const Server = load('blob/BlobServer').default;
  return new Server(new Configuration(
    '127.0.0.1',
    port,
    undefined, // keep-alive timeout: its default
    path.join(location, names.DEFAULT_BLOB_LOKI_DB_PATH),
    path.join(location, names.DEFAULT_BLOB_EXTENT_LOKI_DB_PATH),
    [{ ...persistence, locationPath: path.join(location, names.DEFAULT_BLOB_PERSISTENCE_PATH) }],
    false, // access log
    undefined,
    false, // debug log
    undefined,
    false, // loose
    true, // any API version
  ));
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
