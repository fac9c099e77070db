import { spawn } from 'node:child_process';

// Its input ends when the supervisor does, however that came about.
const script = `
  trap "" INT HUP TERM QUIT
  read -r _
  kill -INT "$1" || exit
  for second in 1 2 3 4 5 6 7 8 9 10; do
    sleep 1
    kill -0 "$1" || exit
  done
  kill -QUIT "$1"`;

/**
 * A shell that stops the server if the supervisor is killed. Undefined on Windows, where the next start stops the
 * server that was left behind.
 */
export function watchOver(pid, data) {
  if (process.platform === 'win32' || pid === undefined) {
    return undefined;
  }
  const watcher = spawn('/bin/sh', ['-c', script, 'greenery-watch', String(pid), data], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  watcher.on('error', () => {});
  watcher.stdin.on('error', () => {});
  return watcher;
}
