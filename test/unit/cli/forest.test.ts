import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { forest, indent } from '../../../src/cli/forest';

/** Row `i` has the parent `parents[i]`. */
function grow(parents: readonly (number | undefined)[]) {
  const rows = parents.map((parent, id) => ({ id, parent }));
  return forest(rows, ({ parent }) => (parent === undefined ? undefined : rows[parent])).map(
    ({ row, level }) => [row.id, level],
  );
}

describe('rows below their parents', () => {
  it('stand in their own order, one level deeper', () => {
    assert.deepEqual(grow([undefined, 2, 0, 0, undefined, 2]), [
      [0, 0],
      [2, 1],
      [1, 2],
      [5, 2],
      [3, 1],
      [4, 0],
    ]);
  });

  it('are listed once each, whatever is said of parents', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.nat(20), { nil: undefined })), (parents) => {
        const ids = grow(parents).map(([id]) => id);
        assert.equal(ids.length, parents.length);
        assert.equal(new Set(ids).size, parents.length);
      }),
    );
  });

  it('may be deeper than the stack', () => {
    const depth = 200_000;
    const placed = grow(Array.from({ length: depth }, (_, i) => (i === 0 ? undefined : i - 1)));
    assert.deepEqual(placed.at(-1), [depth - 1, depth - 1]);
    assert.ok(indent(depth).length < 100);
  });
});
