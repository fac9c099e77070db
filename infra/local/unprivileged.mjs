import fs from 'node:fs';
import path from 'node:path';
import { Refusal } from './refusal.mjs';

/**
 * Makes the data folder, and as root hands it and this process over to a user without privileges: PostgreSQL
 * refuses to run as root, and nothing here needs to.
 */
export function settleIn(folder) {
  const isRoot = process.getuid?.() === 0;
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (isRoot) {
    const user = ownerOf(folder) ?? accountOf('postgres') ?? accountOf('nobody');
    if (!user) {
      throw new Refusal(
        'Local services: PostgreSQL does not run as root, and this machine has neither a user postgres nor nobody. '
        + 'Run greenery as another user.');
    }
    fs.chownSync(folder, user.uid, user.gid);
    fs.chmodSync(folder, 0o700);
    process.setgroups([user.gid]);
    process.setgid(user.gid);
    process.setuid(user.uid);
  }
  requireAccess(folder, fs.constants.R_OK | fs.constants.W_OK | fs.constants.X_OK);
  process.umask(0o077);
}

/** Whether this process, as the user that it is now, can use a file or folder. */
export function requireAccess(file, mode) {
  try {
    fs.accessSync(file, mode);
  } catch (error) {
    throw new Refusal(
      `Local services: user ${process.getuid?.() ?? ''} cannot use ${file} (${error.code}); as root they run as an `
      + 'unprivileged user. Choose a folder that every user can reach (all folders above it need the x permission): '
      + 'setting Greenery:LocalData.');
  }
}

// Once a user owns the data it stays his, whatever other users the machine gets later.
function ownerOf(folder) {
  const { uid, gid } = fs.statSync(folder);
  return uid === 0 ? undefined : { uid, gid };
}

function accountOf(name) {
  const fields = fs.readFileSync('/etc/passwd', 'utf8').split('\n')
    .map(line => line.split(':'))
    .find(fields => fields[0] === name);
  return fields && { uid: Number(fields[2]), gid: Number(fields[3]) };
}

/** Reads a small JSON file; undefined when it is not there or not whole. */
export function readJson(folder, name) {
  try {
    return JSON.parse(fs.readFileSync(path.join(folder, name), 'utf8'));
  } catch {
    return undefined;
  }
}
