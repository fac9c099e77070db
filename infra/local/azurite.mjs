import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import * as nodeModule from 'node:module';
import path from 'node:path';

const account = 'devstoreaccount1';
const keyFile = 'azurite.key';

/**
 * Azurite's blob service, inside this process: it starts in half the time of a process of its own (azurite-blob also
 * loads the drivers of three databases), and cannot be left behind. Telemetry is never set up here, so it is off.
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
    // Closing writes what Azurite holds in memory; nobody reads the files of a throw-away folder.
    if (!this.#context.isThrowAway) {
      await this.#server?.close();
    }
  }

  async #run() {
    const { packages, folder, ports, log } = this.#context;
    nodeModule.enableCompileCache?.(path.join(folder, 'compiled'));
    // The key that Azurite has otherwise is published: any program or page on this machine could read the drops.
    const key = accountKey(path.join(folder, keyFile));
    process.env.AZURITE_ACCOUNTS = `${account}:${key}`;
    const load = moduleLoader(packages);
    logWarnings(load, path.join(folder, 'azurite.log'));
    encodeNames(load('blob/generated/utils/xml'));
    for (let attempt = 1; ; attempt++) {
      const port = await ports.choose('azurite');
      try {
        const server = makeServer(load, path.join(folder, 'azurite'), port);
        await server.start();
        this.#server = server;
        ports.remember('azurite', port);
        log(`azurite listens on port ${port}`);
        return `DefaultEndpointsProtocol=http;AccountName=${account};AccountKey=${key};`
          + `BlobEndpoint=http://127.0.0.1:${port}/${account};`;
      } catch (error) {
        if (error.code !== 'EADDRINUSE' || attempt === 5) {
          throw error;
        }
      }
    }
  }
}

function accountKey(file) {
  if (!fs.existsSync(file)) {
    fs.writeFileSync(`${file}.new`, randomBytes(64).toString('base64'), { mode: 0o600 });
    fs.renameSync(`${file}.new`, file);
  }
  return fs.readFileSync(file, 'utf8').trim();
}

function moduleLoader(packages) {
  const require = createRequire(path.join(packages, 'package.json'));
  return name => require(`azurite/dist/src/${name}.js`);
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

// A refusal such as "the container exists" is the client's to tell; it would fill the log.
const refusal = /^ErrorMiddleware: (Set |Received a MiddlewareError|.*ErrorHTTPStatusCode=4)/;

function logWarnings(load, file) {
  const output = fs.openSync(file, 'w', 0o600);
  load('common/Logger').default.strategy = {
    log(level, message) {
      if ((level === 'error' || level === 'warn') && !refusal.test(message)) {
        fs.writeSync(output, `${new Date().toISOString()} ${level} ${message}\n`);
      }
    },
  };
}
