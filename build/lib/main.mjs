import { realpathSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

/** Ends a script with what went wrong, without the stack of these scripts themselves unless asked (DEBUG). */
export function fail(error) {
  process.stderr.write(`${process.env.DEBUG ? error.stack : error.message}\n`);
  process.exitCode = 1;
}

/** Whether the file with this import.meta.url is the program that was started. */
export function isMain(url) {
  return process.argv[1] !== undefined && url === pathToFileURL(realpathSync(process.argv[1])).href;
}
