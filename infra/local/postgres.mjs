import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { lastLines } from './log.mjs';
import { postgresPrograms } from './packages.mjs';
import { isReady, stopLeftover } from './postgres-pid.mjs';
import { initialise, passwordFile, user } from './postgres-init.mjs';
import { watchOver } from './postgres-watch.mjs';
import { Refusal } from './refusal.mjs';

const isWindows = process.platform === 'win32';
const fastGrace = 10_000;
const immediateGrace = 5_000;

/** A PostgreSQL server on a data folder that is made on the first start. */
export class Postgres {
  #context;
  #programs;
  #child;
  #exited;
  #started;
  #isStopping = false;

  constructor(context) {
    this.#context = {
      ...context,
      data: path.join(context.folder, 'postgres'),
      logFile: path.join(context.folder, 'postgres.log'),
    };
  }

  /** Starts the server if it does not run; gives an Npgsql connection string. */
  start(progress) {
    this.#started ??= this.#run(progress).catch(error => {
      this.#started = undefined;
      throw error;
    });
    return this.#started;
  }

  /** Stops the server, or what is being done to start it. */
  async stop() {
    this.#isStopping = true;
    if (this.#child) {
      const { isThrowAway, log } = this.#context;
      await this.#signal(isThrowAway ? 'SIGQUIT' : 'SIGINT', fastGrace)
        || (log('PostgreSQL does not stop'), await this.#signal('SIGQUIT', immediateGrace))
        || await this.#signal('SIGKILL', immediateGrace);
    }
    await this.#started?.catch(() => {});
  }

  async #run(progress) {
    const { packages, data, log } = this.#context;
    this.#programs = postgresPrograms(packages);
    await stopLeftover(data, log);
    if (!fs.existsSync(data)) {
      progress('Making the PostgreSQL data folder (once) ...');
      await initialise({ ...this.#context, programs: this.#programs, run: this.#runProgram });
    }
    this.#requireVersion();
    fs.writeFileSync(this.#context.logFile, '', { mode: 0o600 });
    for (let attempt = 1; ; attempt++) {
      const port = await this.#context.ports.choose('postgres');
      if (await this.#launch(port)) {
        this.#context.ports.remember('postgres', port);
        log(`postgres listens on port ${port}`);
        return this.#connection(port);
      }
      if (attempt === 10 || !this.#isWorthAnotherAttempt()) {
        throw new Refusal(
          `Local services: PostgreSQL did not start on ${data}. The last lines of ${this.#context.logFile}:\n`
          + lastLines(this.#context.logFile));
      }
      await delay(100);
    }
  }

  // The port was taken since it was chosen, or processes of a killed server are still on their way out.
  #isWorthAnotherAttempt() {
    return !this.#isStopping && /could not bind|could not create any TCP|pre-existing shared memory/.test(
      lastLines(this.#context.logFile, 20));
  }

  async #launch(port) {
    const { data, isThrowAway, log } = this.#context;
    const settings = {
      port,
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      ...isThrowAway && { fsync: 'off', full_page_writes: 'off' },
    };
    const child = this.#spawn(this.#programs.postgres, ['-D', data,
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])]);
    const watcher = watchOver(child.pid, data);
    let hasStarted = false;
    let hasEnded = false;
    this.#exited.then(reason => {
      hasEnded = true;
      watcher?.kill('SIGKILL');
      log(`postgres ended: ${reason}`);
      if (hasStarted) {
        // Whoever asks next starts it again.
        this.#started = undefined;
      }
    });
    while (!hasEnded && !isReady(data, child.pid)) {
      await delay(10);
    }
    hasStarted = !hasEnded;
    return hasStarted;
  }

  #runProgram = async (program, programArguments, input) => {
    const child = this.#spawn(program, programArguments, input);
    const reason = await this.#exited;
    if (reason !== 'exit code 0') {
      throw new Refusal(
        `Local services: ${path.basename(child.spawnfile)} failed (${reason}). The last lines of `
        + `${this.#context.logFile}:\n${lastLines(this.#context.logFile)}`);
    }
  };

  // In a session of its own (detached): Ctrl-C in the terminal would stop it.
  #spawn(program, programArguments, input) {
    if (this.#isStopping) {
      throw new Refusal('Local services: stopping.');
    }
    const output = fs.openSync(this.#context.logFile, 'a', 0o600);
    const child = spawn(program, programArguments, {
      stdio: [input === undefined ? 'ignore' : 'pipe', output, output],
      detached: !isWindows,
      windowsHide: true,
      env: environment(),
    });
    fs.closeSync(output);
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
    this.#child = child;
    this.#exited = new Promise(resolve => {
      child.on('error', error => resolve(error.message));
      child.on('exit', (code, signal) => resolve(signal ? `signal ${signal}` : `exit code ${code}`));
    }).finally(() => {
      if (this.#child === child) {
        this.#child = undefined;
      }
    });
    return child;
  }

  async #signal(signal, grace) {
    const child = this.#child;
    if (isWindows && signal === 'SIGINT') {
      // Windows knows no signals: kill() would be a crash.
      spawn(this.#programs.pgCtl, ['stop', '-m', 'fast', '-D', this.#context.data], { windowsHide: true })
        .on('error', () => child.kill());
    } else {
      child?.kill(signal);
    }
    return await Promise.race([this.#exited.then(() => true), delay(grace, false)]);
  }

  #requireVersion() {
    const { data } = this.#context;
    const found = fs.readFileSync(path.join(data, 'PG_VERSION'), 'utf8').trim();
    if (found !== this.#programs.majorVersion) {
      throw new Refusal(
        `Local services: ${data} was made by PostgreSQL ${found}, expected ${this.#programs.majorVersion}. `
        + `Its data can be loaded again from the drops: move the folder away and run again, `
        + `or dump it with PostgreSQL ${found} before.`);
    }
  }

  #connection(port) {
    const password = fs.readFileSync(path.join(this.#context.data, passwordFile), 'utf8').trim();
    return `Host=127.0.0.1;Port=${port};Database=greenery;Username=${user};Password=${password};SSL Mode=Disable`;
  }
}

// The server takes defaults from PG* variables that are meant for the user's own tools.
function environment() {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('PG'));
  return { ...Object.fromEntries(own), LC_ALL: 'C' };
}
