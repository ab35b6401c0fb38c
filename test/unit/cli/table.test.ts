import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { sorted, table } from '../../../src/cli/table';
import { displayWidth } from '../../../src/cli/width';

const columns = [
  { head: 'PID', align: 'right', cell: (row: { pid: number; name: string }) => String(row.pid) },
  { head: 'NAME', cell: (row: { pid: number; name: string }) => row.name },
] as const;

describe('a table', () => {
  it('lines its columns up', () => {
    const rows = [
      { pid: 1, name: 'init' },
      { pid: 1234, name: 'web' },
    ];
    assert.equal(
      table(rows, columns, { headers: true, width: undefined }),
      ' PID  NAME\n   1  init\n1234  web\n',
    );
  });

  it('counts wide characters as two and combining ones as none', () => {
    assert.equal(displayWidth('日本'), 4);
    assert.equal(displayWidth('e\u0301'), 1);
    const names = [{ pid: 1, name: '日本' }];
    assert.equal(
      table(names, [columns[1], columns[0]], { headers: true, width: undefined }),
      'NAME  PID\n日本    1\n',
    );
  });

  it('is sorted by numbers where they are numbers, by text elsewhere', () => {
    const rows = [
      { pid: 10, name: 'b' },
      { pid: 9, name: 'c' },
      { pid: 100, name: 'a' },
    ];
    const pids = (column: string, descending: boolean) =>
      sorted(rows, columns, { column, descending }).map(({ pid }) => pid);
    assert.deepEqual(pids('pid', false), [9, 10, 100]);
    assert.deepEqual(pids('pid', true), [100, 10, 9]);
    assert.deepEqual(pids('name', false), [100, 10, 9]);
    assert.deepEqual(sorted(rows, columns, undefined), rows);
  });

  it('is no wider than the screen', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ pid: fc.nat(), name: fc.string({ unit: 'grapheme' }) })),
        fc.integer({ min: 4, max: 40 }),
        (rows, width) => {
          const clean = rows.map(({ pid, name }) => ({ pid, name: name.replaceAll('\n', '') }));
          const text = table(clean, columns, { headers: true, width });
          for (const line of text.split('\n')) assert.ok(displayWidth(line) <= width, line);
        },
      ),
    );
  });
});
