import path from 'node:path';
import { account, azuriteModules, AzuriteServers, makeServer } from './azurite-server.mjs';

/**
 * Azurite's queues and tables beside its blobs, for an Azure Functions host on this machine: Durable Functions keep their
 * state in all three of one account. Nothing else needs them, so they start only when they are asked for.
 */
export class AzuriteHost extends AzuriteServers {
  #blobs;

  /** @param blobs the service of the same account's blobs. */
  constructor(context, blobs) {
    super(context);
    this.#blobs = blobs;
  }

  async run(context) {
    const blobs = await this.#blobs.start();
    const location = path.join(context.folder, 'azurite-host');
    const load = azuriteModules(context);
    const queues = await this.listen('azurite-queues', port => makeServer(load, 'Queue', location, port));
    const tables = await this.listen('azurite-tables', port => makeTables(load, location, port));
    return `${blobs}QueueEndpoint=http://127.0.0.1:${queues}/${account};`
      + `TableEndpoint=http://127.0.0.1:${tables}/${account};`;
  }
}

// As azurite-table does it with the same options, in a folder that the queues have made.
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
