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
  if (!pid) {
    return;
  }
  if (processesOn(data, pid).length > 0) {
    log(`stopping PostgreSQL ${pid}, left behind by an earlier supervisor`);
    await stop(data, pid);
  }
  if (isAlive(pid) && fs.existsSync(path.join(data, 'postmaster.pid'))) {
    log(`postmaster.pid names process ${pid}, which is none of this server's: removed`);
    fs.rmSync(path.join(data, 'postmaster.pid'), { force: true });
  }
}

// A session whose server was killed ends by itself when it notices, and may write until then.
async function stop(data, pid) {
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL']) {
    processesOn(data, pid).filter(each => each === pid || signal === 'SIGKILL').forEach(each => send(signal, each));
    for (const until = Date.now() + grace; Date.now() < until; await delay(20)) {
      if (processesOn(data, pid).length === 0) {
        return;
      }
    }
  }
  throw new Refusal(`Local services: PostgreSQL (process ${pid}) runs on ${data} and cannot be stopped. Stop it.`);
}

/** The server's processes: all that work in its data folder, or where that cannot be seen the first of them. */
function processesOn(data, pid) {
  if (process.platform === 'linux') {
    const folder = fs.realpathSync(data);
    return fs.readdirSync('/proc').filter(name => /^\d+$/.test(name) && folderOf(name) === folder).map(Number);
  }
  return isAlive(pid) && isServer(pid, data) ? [pid] : [];
}

function folderOf(pid) {
  try {
    return fs.readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    // Another user's, or on its way out.
    return undefined;
  }
}

function isServer(pid, data) {
  try {
    return process.platform === 'win32'
      || execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).includes(data);
  } catch {
    return false;
  }
}

function send(signal, pid) {
  try {
    process.kill(pid, signal);
  } catch {
    // It has just ended.
  }
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
