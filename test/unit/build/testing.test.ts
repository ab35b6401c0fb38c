import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EditorRecords } from '../../../build/testing/editorRecords.mjs';
import { Tally, type Record } from '../../../build/testing/tally.mjs';
import { TapReader } from '../../../build/testing/tap.mjs';

function readTap(text: string): Record[] {
  const records: Record[] = [];
  const reader = new TapReader((record) => records.push(record), 'c: ');
  for (const line of text.trim().split('\n')) reader.line(line.trim());
  reader.end();
  return records;
}

describe('TapReader', () => {
  it('reads passes, skips and failures with what is said about them', () => {
    const text = `
      1..3
      ok 1 - reads stat
      not ok 2 - reads maps
      # expected 3
      # got 4
      ok 3 # SKIP no cgroup2`;
    assert.deepEqual(readTap(text), [
      { name: 'c: reads stat', status: 'passed' },
      { name: 'c: reads maps', status: 'failed', error: 'not ok\nexpected 3\ngot 4' },
      { name: 'c: ', status: 'skipped', reason: 'no cgroup2' },
    ]);
  });

  it('holds each of several programs to its plan', () => {
    const records = readTap('1..1\nok 1 - a\n1..2\nok 1 - b');
    assert.deepEqual(
      records.filter(({ status }) => status === 'failed').map(({ error }) => error),
      ['planned 2, ran 1'],
    );
  });

  it('takes a plan at the end too', () => {
    assert.deepEqual(readTap('ok 1 - a\nok 2 - b\n1..2').length, 2);
  });

  it('does not take results without a plan for complete', () => {
    assert.equal(readTap('ok 1 - a').at(-1)?.error, 'no plan for 1 results');
  });

  it('counts bailing out as a failure', () => {
    assert.equal(readTap('1..1\nBail out! no /proc').at(0)?.status, 'failed');
  });

  it('is not misled by other output', () => {
    assert.deepEqual(readTap('okay, let us begin\nmake: nothing to be done'), []);
  });
});

async function tallied(
  levels: readonly ((add: (record: Record) => void) => Promise<void>)[],
  strict = false,
): Promise<{ lines: string[]; failed: number }> {
  let text = '';
  const tally = new Tally({ strict, write: (part) => (text += part) });
  for (const [index, run] of levels.entries()) await tally.level(`level ${index}`, run);
  tally.finish();
  return { lines: text.trimEnd().split('\n'), failed: tally.failed };
}

const one =
  (record: Record) =>
  (add: (record: Record) => void): Promise<void> => {
    add(record);
    return Promise.resolve();
  };

describe('Tally', () => {
  it('ends with the sum of all levels', async () => {
    const { lines, failed } = await tallied([
      one({ name: 'a', status: 'passed', ms: 1234 }),
      one({ name: 'b', status: 'failed', error: 'boom', file: 'test/b.test.ts', line: 7 }),
      one({ name: 'c', status: 'skipped', reason: 'no root' }),
    ]);
    assert.equal(lines.at(-1), '1 passed, 1 failed, 1 skipped');
    assert.equal(failed, 1);
    assert.ok(lines.includes('  ✓ a (1.2 s)'));
    assert.ok(lines.includes('  - c: skipped: no root'));
    assert.ok(lines.includes('  level 1: b (test/b.test.ts:7)'));
  });

  it('counts a skip as a failure where nothing may be skipped', async () => {
    const { lines } = await tallied(
      [one({ name: 'c', status: 'skipped', reason: 'no root' })],
      true,
    );
    assert.equal(lines.at(-1), '0 passed, 1 failed, 0 skipped');
  });

  it('does not let a level without tests pass', async () => {
    const { lines } = await tallied([() => Promise.resolve()]);
    assert.equal(lines.at(-1), '0 passed, 1 failed, 0 skipped');
  });

  it('counts what a level throws, and goes on with the next', async () => {
    const { lines } = await tallied([
      () => Promise.reject(new Error('no end after 600 s')),
      one({ name: 'a', status: 'passed' }),
    ]);
    assert.equal(lines.at(-1), '1 passed, 1 failed, 0 skipped');
    assert.ok(lines.includes('      no end after 600 s'));
  });
});

describe('EditorRecords', () => {
  const mark = '\u2063';
  const pass = `${mark}{"name":"a","status":"passed"}`;

  function read(lines: readonly string[]): { records: Record[]; fault: string | undefined } {
    const records: Record[] = [];
    const reader = new EditorRecords(mark, (record) => records.push(record));
    for (const line of lines) reader.take(line);
    return { records, fault: reader.fault() };
  }

  it('takes only lines with the mark', () => {
    const { records, fault } = read([
      '{"name":"log","status":"failed"}',
      pass,
      `${mark}{"closing":{"passed":1,"failed":0,"skipped":0}}`,
    ]);
    assert.deepEqual(records, [{ name: 'a', status: 'passed' }]);
    assert.equal(fault, undefined);
  });

  it('demands the closing record: a killed extension host reports success', () => {
    assert.match(read([pass]).fault ?? '', /ended before the suite did/);
  });

  it('demands that as many arrived as the suite counted', () => {
    assert.match(
      read([pass, `${mark}{"closing":{"passed":2,"failed":0}}`]).fault ?? '',
      /1 passed/,
    );
  });

  it('does not take an empty suite for a passed one', () => {
    assert.equal(read([`${mark}{"closing":{"passed":0,"failed":0}}`]).fault, 'no test ran');
  });
});
