import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { AzuriteHost } from './azurite-host.mjs';
import { Azurite } from './azurite.mjs';
import { openLog } from './log.mjs';
import { Ports } from './ports.mjs';
import { Postgres } from './postgres.mjs';
import { requireAccess, settleIn } from './unprivileged.mjs';

// A command line that was killed before it could connect must not leave a supervisor behind.
const firstClientWithin = 10_000;

/**
 * Runs the services of one data folder for every process that holds a connection open, and ends with the last of
 * them; the operating system closes the connection of a killed one.
 *
 * The protocol is one JSON object a line. A client opens with {"token"}, is answered {"state": "ready"} or
 * {"state": "stopping"} (then it waits for the end of the connection, which is the end of this process), and asks
 * {"need": "postgres"}; the answer is {"service", "connection"} or {"service", "error"}, before it any number of
 * {"progress"}. A client that has closed its side and is the last one sees the end when everything has stopped.
 */
export async function serve({ folder, packages, isThrowAway }) {
  settleIn(folder);
  requireAccess(path.join(packages, 'package.json'), fs.constants.R_OK);
  const log = openLog(folder);
  const ports = new Ports(folder);
  const context = { folder, packages, isThrowAway, ports, log };
  const azurite = new Azurite(context);
  const services = {
    postgres: new Postgres(context),
    azurite,
    'azurite-host': new AzuriteHost(context, azurite),
  };
  const token = randomBytes(24).toString('hex');
  const clients = new Set();
  let isStopping = false;

  const stop = async () => {
    if (isStopping) {
      return;
    }
    isStopping = true;
    try {
      const outcomes = await Promise.allSettled(Object.values(services).map(service => service.stop()));
      outcomes.filter(outcome => outcome.reason).forEach(outcome => log(outcome.reason.stack));
      clear(folder, isThrowAway);
      log('stopped');
    } catch (error) {
      log(error.stack);
    } finally {
      process.exit();
    }
  };

  const leave = socket => {
    if (clients.delete(socket) && clients.size === 0) {
      stop();
    } else if (!isStopping) {
      socket.end();
    }
  };

  const answer = async (socket, { need }) => {
    const send = message => socket.writable && socket.write(`${JSON.stringify(message)}\n`);
    try {
      send({ service: need, connection: await services[need].start(progress => send({ progress })) });
    } catch (error) {
      log(error.stack);
      send({ service: need, error: error.message });
    }
  };

  const welcome = (socket, greeting) => {
    if (greeting.token !== token) {
      socket.destroy();
      return;
    }
    socket.write(`${JSON.stringify({ state: isStopping ? 'stopping' : 'ready' })}\n`);
    if (!isStopping) {
      clients.add(socket);
    }
  };

  const server = net.createServer({ allowHalfOpen: true, noDelay: true }, socket => {
    socket.on('error', () => leave(socket));
    socket.on('close', () => leave(socket));
    socket.on('end', () => leave(socket));
    createInterface({ input: socket }).on('line', line => {
      const message = parse(line);
      if (clients.has(socket) && Object.hasOwn(services, message.need)) {
        answer(socket, message);
      } else {
        welcome(socket, message);
      }
    }).on('error', () => {});
  });

  await new Promise((resolve, reject) => server.on('error', reject).listen(0, '127.0.0.1', resolve));
  setTimeout(() => clients.size === 0 && stop(), firstClientWithin);
  liveThroughSignals(stop, log);
  announce(folder, { pid: process.pid, port: server.address().port, token });
}

// The folder itself may stand in one that this user cannot write to.
function clear(folder, isThrowAway) {
  const names = isThrowAway ? fs.readdirSync(folder) : ['services.json'];
  for (const name of names) {
    fs.rmSync(path.join(folder, name), { recursive: true, force: true, maxRetries: 5 });
  }
}

function parse(line) {
  try {
    return JSON.parse(line) ?? {};
  } catch {
    return {};
  }
}

// The file is for the command lines to come; the line on stdout for the one that started this process, which reads
// no further: nothing else may be written there.
function announce(folder, address) {
  const text = JSON.stringify(address);
  const file = path.join(folder, 'services.json');
  fs.writeFileSync(`${file}.new`, text, { mode: 0o600 });
  fs.renameSync(`${file}.new`, file);
  process.stdout.write(`${text}\n`);
}

function liveThroughSignals(stop, log) {
  // Ctrl-C and a closed terminal are for the command line; others may be using the services.
  process.on('SIGINT', () => {});
  process.on('SIGHUP', () => {});
  process.on('SIGTERM', stop);
  process.stdout.on('error', () => {});
  process.stderr.on('error', () => {});
  console.log = console.info = console.warn = console.error = (...words) => log(words.join(' '));
  // A stray error of one request to Azurite must not take the database away from a run.
  process.on('uncaughtException', error => log(`uncaught: ${error.stack}`));
  process.on('unhandledRejection', error => log(`unhandled: ${error?.stack ?? error}`));
}
