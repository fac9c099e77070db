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

/** Starts the server that `make` gives for a port, on a free one; gives the server and its port. */
export async function listen({ ports, log }, service, make) {
  for (let attempt = 1; ; attempt++) {
    const port = await ports.choose(service);
    try {
      const server = make(port);
      await server.start();
      ports.remember(service, port);
      log(`${service} listens on port ${port}`);
      return { server, port };
    } catch (error) {
      if (error.code !== 'EADDRINUSE' || attempt === 5) {
        throw error;
      }
    }
  }
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
