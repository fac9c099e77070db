import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Refusal } from './refusal.mjs';

const grace = 10_000;

/** Whether the server with this process id says, in its postmaster.pid, that it accepts connections. */
export function isReady(data, pid) {
  const lines = readLines(data);
  return Number(lines[0]) === pid && lines[7]?.trim() === 'ready';
}

/**
 * Stops a server that runs on the data folder although its supervisor is gone (it was killed), and clears the way
 * when the process id of a server that is gone has become another program's: PostgreSQL would refuse to start.
 */
export async function stopLeftover(data, log) {
  const pid = Number(readLines(data)[0]);
  if (!pid || !isAlive(pid)) {
    return;
  }
  if (!isServer(pid, data)) {
    log(`postmaster.pid names process ${pid}, which is another program: removed`);
    fs.rmSync(path.join(data, 'postmaster.pid'), { force: true });
    return;
  }
  log(`stopping PostgreSQL ${pid}, left behind by an earlier supervisor`);
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL']) {
    process.kill(pid, signal);
    for (const until = Date.now() + grace; Date.now() < until; await delay(20)) {
      if (!isAlive(pid)) {
        return;
      }
    }
  }
  throw new Refusal(`Local services: PostgreSQL (process ${pid}) runs on ${data} and cannot be stopped. Stop it.`);
}

function readLines(data) {
  try {
    return fs.readFileSync(path.join(data, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return [];
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function isServer(pid, data) {
  try {
    switch (process.platform) {
      case 'win32':
        return true;
      case 'linux':
        return fs.readlinkSync(`/proc/${pid}/cwd`) === fs.realpathSync(data);
      default:
        return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).includes(data);
    }
  } catch {
    return false;
  }
}
