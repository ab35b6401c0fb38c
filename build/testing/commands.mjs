import { run } from '../lib/run.mjs';
import { TapReader } from './tap.mjs';

/** Runs a function as one test. */
export async function test(add, name, work) {
  const begun = Date.now();
  try {
    await work();
    add({ name, status: 'passed', ms: Date.now() - begun });
    return true;
  } catch (error) {
    add({ name, status: 'failed', error: error.message, ms: Date.now() - begun });
    return false;
  }
}

/** A command that passes by ending with exit code 0. */
export function commandTest(add, name, command, args, options = { timeoutMs: 300_000 }) {
  return test(add, name, () => run(command, args, options));
}

/** A program of node_modules. */
export function nodeProgramTest(add, name, program, args) {
  return commandTest(add, name, `node_modules/.bin/${program}`, args);
}

/**
 * A command that runs TAP programs. Its own exit code counts too: a sanitizer's report or a crash can
 * come after the last result line.
 */
export async function tapTest(add, name, command, args, timeoutMs = 300_000) {
  let failed = 0;
  const counted = (record) => {
    if (record.status === 'failed') failed += 1;
    add(record);
  };
  const reader = new TapReader(counted, `${name}: `);
  const onLine = (line, stream) => {
    if (stream === 'stdout') reader.line(line);
  };
  const { code, output } = await run(command, args, { anyExit: true, timeoutMs, onLine });
  reader.end();
  const tail = output.trimEnd().split('\n').slice(-30).join('\n');
  if (reader.results === 0) add({ name, status: 'failed', error: `no result line\n${tail}` });
  else if (code !== 0 && failed === 0) {
    add({ name: `${name}: exit code`, status: 'failed', error: `exit code ${code}\n${tail}` });
  }
}
