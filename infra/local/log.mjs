import fs from 'node:fs';
import path from 'node:path';

/** The supervisor's log, begun anew: services.log in the data folder. */
export function openLog(folder) {
  const file = fs.openSync(path.join(folder, 'services.log'), 'w', 0o600);
  return text => {
    fs.writeSync(file, `${new Date().toISOString()} ${text}\n`);
  };
}

/** The last lines of a log that another program wrote. */
export function lastLines(file, count = 8) {
  try {
    return fs.readFileSync(file, 'utf8').trimEnd().split('\n').slice(-count).join('\n');
  } catch {
    return '';
  }
}
