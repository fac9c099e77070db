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
