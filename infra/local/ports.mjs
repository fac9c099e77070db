import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { readJson } from './unprivileged.mjs';

/** Each service keeps its port from one start to the next while it is free, so that other tools find it again. */
export class Ports {
  #file;
  #known;

  constructor(folder) {
    this.#file = path.join(folder, 'ports.json');
    this.#known = readJson(folder, 'ports.json') ?? {};
  }

  /** The service's last port, or any other one when that is taken; free at this moment. */
  async choose(service) {
    const last = this.#known[service];
    return (Number.isInteger(last) && last > 0 && last < 65_536 && await tryPort(last)) || await tryPort(0);
  }

  remember(service, port) {
    if (this.#known[service] !== port) {
      this.#known[service] = port;
      fs.writeFileSync(this.#file, JSON.stringify(this.#known), { mode: 0o600 });
    }
  }
}

function tryPort(port) {
  return new Promise(resolve => {
    const server = net.createServer();
    server.on('error', () => resolve(undefined));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const chosen = server.address().port;
      server.close(() => resolve(chosen));
    });
  });
}
