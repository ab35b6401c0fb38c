import { readdirSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../lib/paths.mjs';
import { run } from '../lib/run.mjs';

const reporter = pathToFileURL(join(root, 'build/testing/recordReporter.mjs')).href;

/** All `*.test.ts` under a folder, which is relative to the clone, in a fixed order. */
export function testFiles(folder) {
  const directory = resolve(root, folder);
  if (!statSync(directory, { throwIfNoEntry: false })) return [];
  return readdirSync(directory, { recursive: true })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => join(directory, name))
    .sort();
}

/**
 * A level of node:test files, run through tsx (node 20's runner expands no patterns, so the files are listed).
 * @param options.concurrency how many files at once
 * @param options.fileTimeoutMs after which one file counts as hanging
 * @param options.timeoutMs after which the whole level does
 */
export function nodeTests(
  folder,
  { concurrency = 1, fileTimeoutMs = 120_000, timeoutMs = 600_000 } = {},
) {
  return async (add) => {
    const files = testFiles(folder);
    if (files.length === 0) throw new Error(`there is no test file: ${folder}/**/*.test.ts`);
    const written = new Map();
    let failed = 0;
    // a runner that finds this set takes itself for a file of another runner
    const env = { ...process.env };
    delete env.NODE_TEST_CONTEXT;
    const onLine = (line, stream) => {
      if (stream === 'stderr' || !line.startsWith('{')) {
        if (line) process.stderr.write(`  ${line}\n`);
        return;
      }
      const record = JSON.parse(line);
      if (record.output !== undefined) {
        written.set(record.file, ((written.get(record.file) ?? '') + record.output).slice(-4000));
        return;
      }
      if (record.status === 'failed') failed += 1;
      add(withOutput(record, written.get(record.file)));
    };
    const { code } = await run(
      process.execPath,
      [
        ...['--import', 'tsx', '--test', `--test-concurrency=${concurrency}`],
        ...[`--test-timeout=${fileTimeoutMs}`, `--test-reporter=${reporter}`],
        ...files,
      ],
      { anyExit: true, timeoutMs, onLine, env },
    );
    // the runner knows of a failure that it could not name
    if (code !== 0 && failed === 0) throw new Error(`node --test ended with ${code}`);
  };
}

/** A failure of a whole file says nothing by itself: what the file wrote does. */
function withOutput(record, output) {
  const name = record.name === record.file ? relative(root, record.file) : record.name;
  if (record.status !== 'failed' || name === record.name || !output) return { ...record, name };
  return { ...record, name, error: `${record.error}\n${output}` };
}
