import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { nodeTests } from '../../../build/testing/nodeTests.mjs';
import type { Record } from '../../../build/testing/tally.mjs';

const files = {
  'a.test.ts': `
    import { describe, it, test } from 'node:test';
    describe('suite', () => {
      it('passes', () => {});
      it('fails', () => {
        throw new Error('boom');
      });
    });
    describe('skipped suite', { skip: 'no engine' }, () => {
      it('never runs', () => {});
    });
    test('skips itself', (t) => t.skip('no root'));
    test('parent', async (t) => {
      await t.test('child fails', () => {
        throw new Error('child');
      });
    });`,
  'breaks.test.ts': `throw new Error('does not load');`,
  'empty.test.ts': `export const nothing = 1;`,
  'hangs.test.ts': `
    import { test } from 'node:test';
    test('hangs', () => new Promise(() => setInterval(() => {}, 1000)));`,
  'leaves.test.ts': `
    import { test } from 'node:test';
    test('leaves', () => process.exit(3));`,
};

describe('a level of node:test files', () => {
  const directory = mkdtempSync(join(tmpdir(), 'level-test-'));
  const records: Record[] = [];
  const find = (name: string): Record | undefined =>
    records.find((record) => record.name.endsWith(name));

  before(async () => {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
    const level = nodeTests(directory, { concurrency: 2, fileTimeoutMs: 15_000 });
    await level((record) => records.push(record));
  });

  after(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  it('counts what ran, each once', () => {
    const count = (status: string): number =>
      records.filter((record) => record.status === status).length;
    assert.deepEqual([count('passed'), count('failed'), count('skipped')], [1, 6, 2]);
  });

  it('names a failure by its suites, with its error and its line in the TypeScript', () => {
    const failure = find('suite › fails');
    assert.equal(failure?.status, 'failed');
    assert.equal(failure.file, join(directory, 'a.test.ts'));
    assert.equal(failure.line, 6);
    assert.match(failure.error ?? '', /boom/);
  });

  it('says why something was skipped, a whole suite too', () => {
    assert.equal(find('skips itself')?.reason, 'no root');
    assert.equal(find('skipped suite')?.reason, 'no engine');
  });

  it('shows what a file wrote that does not load', () => {
    assert.match(find('breaks.test.ts')?.error ?? '', /does not load/);
  });

  it('does not take a file without tests for passed', () => {
    assert.equal(find('empty.test.ts')?.error, 'no test in this file');
  });

  it('ends a file that hangs, and one that leaves early is no success', () => {
    assert.match(find('hangs.test.ts')?.error ?? '', /timed out/);
    assert.match(find('leaves.test.ts')?.error ?? '', /ended with 3/);
  });

  it('fails where there is nothing to run', async () => {
    const none = nodeTests(join(directory, 'none'));
    await assert.rejects(
      none(() => undefined),
      /there is no test file/,
    );
  });
});
