import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import * as nodeModule from 'node:module';
import path from 'node:path';

/** The name of the one storage account. */
export const account = 'devstoreaccount1';

const keyFile = 'azurite.key';

/**
 * What loads Azurite's modules, by their path without the extension, ready for its servers: the account has its key, and
 * only warnings are logged. Telemetry is never set up here, so it is off.
 */
export function azuriteModules({ packages, folder }) {
  nodeModule.enableCompileCache?.(path.join(folder, 'compiled'));
  process.env.AZURITE_ACCOUNTS = `${account}:${accountKey(folder)}`;
  const require = createRequire(path.join(packages, 'package.json'));
  const load = name => require(`azurite/dist/src/${name}.js`);
  logWarnings(load, path.join(folder, 'azurite.log'));
  return load;
}

/** The account's key. The one that Azurite has otherwise is published: any program or page on this machine could read the drops. */
export function accountKey(folder) {
  const file = path.join(folder, keyFile);
  if (!fs.existsSync(file)) {
    fs.writeFileSync(`${file}.new`, randomBytes(64).toString('base64'), { mode: 0o600 });
    fs.renameSync(`${file}.new`, file);
  }
  return fs.readFileSync(file, 'utf8').trim();
}

/** Servers of Azurite inside this process: started once, however often they are asked for, and closed together. */
export class AzuriteServers {
  #context;
  #servers = [];
  #started;

  constructor(context) {
    this.#context = context;
  }

  /** Gives what `run`, of the class that extends this one, gives: a connection string. */
  start() {
    this.#started ??= this.run(this.#context).catch(error => {
      this.#started = undefined;
      throw error;
    });
    return this.#started;
  }

  async stop() {
    await this.#started?.catch(() => {});
    // Closing writes what Azurite holds in memory; a throw-away folder's files are read by no process.
    if (!this.#context.isThrowAway) {
      await Promise.all(this.#servers.map(server => server.close()));
    }
  }

  /** Starts the server that `make` gives for a port, on a free one; gives the port. */
  async listen(service, make) {
    const { ports, log } = this.#context;
    for (let attempt = 1; ; attempt++) {
      const port = await ports.choose(service);
      try {
        const server = make(port);
        await server.start();
        this.#servers.push(server);
        ports.remember(service, port);
        log(`${service} listens on port ${port}`);
        return port;
      } catch (error) {
        if (error.code !== 'EADDRINUSE' || attempt === 5) {
          throw error;
        }
      }
    }
  }
}

/**
 * A server of blobs or queues, as azurite-blob and azurite-queue make it with --location, --silent, --disableTelemetry and
 * --skipApiVersionCheck.
 */
export function makeServer(load, kind, location, port) {
  fs.mkdirSync(location, { recursive: true });
  const names = load(`${kind.toLowerCase()}/utils/constants`);
  const of = name => names[`DEFAULT_${kind.toUpperCase()}_${name}`];
  const Configuration = load(`${kind.toLowerCase()}/${kind}Configuration`).default;
  const Server = load(`${kind.toLowerCase()}/${kind}Server`).default;
  return new Server(new Configuration(
    '127.0.0.1',
    port,
    undefined, // keep-alive timeout: its default
    path.join(location, of('LOKI_DB_PATH')),
    path.join(location, of('EXTENT_LOKI_DB_PATH')),
    [{ ...of('PERSISTENCE_ARRAY')[0], locationPath: path.join(location, of('PERSISTENCE_PATH')) }],
    false, // access log
    undefined,
    false, // debug log
    undefined,
    false, // loose
    true, // any API version
  ));
}

// A refusal such as "the container exists" is the client's to tell; it would fill the log.
const refusal = /^ErrorMiddleware: (Set |Received a MiddlewareError|.*ErrorHTTPStatusCode=4)/;

let isLogging = false;

function logWarnings(load, file) {
  if (isLogging) {
    return;
  }
  isLogging = true;
  const output = fs.openSync(file, 'w', 0o600);
  load('common/Logger').default.strategy = {
    log(level, message) {
      if ((level === 'error' || level === 'warn') && !refusal.test(message)) {
        fs.writeSync(output, `${new Date().toISOString()} ${level} ${message}\n`);
      }
    },
  };
}
