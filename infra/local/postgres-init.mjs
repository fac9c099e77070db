import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

export const user = 'greenery';

/** The user's password, in the data folder: it lives and goes with the data. */
export const passwordFile = 'greenery.password';

// For a development machine. A crash of the server loses no more than the last moments' commits and breaks nothing.
// They stand in postgresql.conf, where a user may change them.
const settings = {
  max_connections: 200,
  shared_buffers: '256MB',
  // Parallel queries must not depend on /dev/shm, which is 64 MB in many containers.
  min_dynamic_shared_memory: '64MB',
  max_wal_size: '2GB',
  synchronous_commit: 'off',
  // No replica will ever follow: a table filled in the transaction that made it needs no log.
  wal_level: 'minimal',
  max_wal_senders: 0,
  log_checkpoints: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
};

/** Makes the data folder with a database greenery in it. The folder appears when it is complete. */
export async function initialise({ data, programs, run }) {
  const temporary = `${data}.new`;
  const password = `${data}.password`;
  fs.rmSync(temporary, { recursive: true, force: true });
  fs.writeFileSync(password, `${randomBytes(18).toString('hex')}\n`, { mode: 0o600 });
  await run(programs.initdb, [
    '-D', temporary, '-U', user, '-A', 'scram-sha-256', `--pwfile=${password}`, '-E', 'UTF8',
    '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '-T', 'english', '--no-sync',
    ...Object.entries(settings).flatMap(([name, value]) => ['--set', `${name}=${value}`]),
  ]);
  await run(programs.postgres, ['--single', '-D', temporary, 'postgres'], 'create database greenery\n');
  fs.renameSync(password, path.join(temporary, passwordFile));
  fs.renameSync(temporary, data);
}
