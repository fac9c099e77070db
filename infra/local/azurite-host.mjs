import fs from 'node:fs';
import path from 'node:path';
import { account, azuriteModules, listen } from './azurite-server.mjs';

/**
 * Azurite's queues and tables beside its blobs, for an Azure Functions host on this machine: Durable Functions keep their
 * state in all three of one account. Nothing else needs them, so they start only when they are asked for.
 */
export class AzuriteHost {
  #context;
  #blobs;
  #servers = [];
  #started;

  /** @param blobs the service of the same account's blobs. */
  constructor(context, blobs) {
    this.#context = context;
    this.#blobs = blobs;
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
    if (!this.#context.isThrowAway) {
      await Promise.all(this.#servers.map(server => server.close()));
    }
  }

  async #run() {
    const blobs = await this.#blobs.start();
    const location = path.join(this.#context.folder, 'azurite-host');
    fs.mkdirSync(location, { recursive: true });
    const load = azuriteModules(this.#context);
    const queues = await listen(this.#context, 'azurite-queues', port => makeQueues(load, location, port));
    this.#servers.push(queues.server);
    const tables = await listen(this.#context, 'azurite-tables', port => makeTables(load, location, port));
    this.#servers.push(tables.server);
    return `${blobs}QueueEndpoint=http://127.0.0.1:${queues.port}/${account};`
      + `TableEndpoint=http://127.0.0.1:${tables.port}/${account};`;
  }
}

// As azurite-queue does it with --location, --silent, --disableTelemetry and --skipApiVersionCheck.
function makeQueues(load, location, port) {
  const names = load('queue/utils/constants');
  const [persistence] = names.DEFAULT_QUEUE_PERSISTENCE_ARRAY;
  const Configuration = load('queue/QueueConfiguration').default;
  const Server = load('queue/QueueServer').default;
  return new Server(new Configuration(
    '127.0.0.1',
    port,
    undefined, // keep-alive timeout: its default
    path.join(location, names.DEFAULT_QUEUE_LOKI_DB_PATH),
    path.join(location, names.DEFAULT_QUEUE_EXTENT_LOKI_DB_PATH),
    [{ ...persistence, locationPath: path.join(location, names.DEFAULT_QUEUE_PERSISTENCE_PATH) }],
    false, // access log
    undefined,
    false, // debug log
    undefined,
    false, // loose
    true, // any API version
  ));
}

// As azurite-table does it with the same options.
function makeTables(load, location, port) {
  const names = load('table/utils/constants');
  const Configuration = load('table/TableConfiguration').default;
  const Server = load('table/TableServer').default;
  return new Server(new Configuration(
    '127.0.0.1',
    port,
    undefined, // keep-alive timeout: its default
    path.join(location, names.DEFAULT_TABLE_LOKI_DB_PATH),
    false, // debug log
    false, // access log
    undefined,
    undefined,
    false, // loose
    true, // any API version
  ));
}
