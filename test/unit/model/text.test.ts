import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { formatDuration, processAge } from '../../../src/model/text/durations';
import { shortId } from '../../../src/model/text/ids';
import { isSafe, safe } from '../../../src/model/text/safe';
import { formatBytes } from '../../../src/model/text/sizes';

// Every UTF-16 unit, lone surrogates included, the dangerous ones often.
const hostile = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0, max: 0xffff }),
      fc.constantFrom(0, 9, 10, 0x1b, 0x7f, 0x9b, 0x202e, 0x2028, 0x2069, 0x200b, 0xd800, 0xdc00),
    ),
  )
  .map((units) => String.fromCharCode(...units));

describe('safe', () => {
  for (const [text, shown] of [
    ['nginx: worker', 'nginx: worker'],
    ['größe 漢字 🐳', 'größe 漢字 🐳'],
    ['a\nb\tc\0', 'a\\x0ab\\x09c\\x00'],
    ['\u001b[31m\u009b', '\\x1b[31m\\x9b'],
    ['\u202eexe.txt\u2066', '\\u202eexe.txt\\u2066'],
    ['a\u200bb\ufeff\u00ad', 'a\\u200bb\\ufeff\\xad'],
    ['\u2028\u2029\u061c\u200e\u200f', '\\u2028\\u2029\\u061c\\u200e\\u200f'],
    ['\ud800x\udc00', '\\ud800x\\udc00'],
    ['\u{e0041}', '\\u{e0041}'],
  ] as const) {
    it(JSON.stringify(text), () => {
      assert.equal(safe(text), shown);
      assert.equal(isSafe(text), text === shown);
    });
  }

  it('is always safe, well-formed and no longer than asked for', () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 1, max: 40 }), (text, max) => {
        const shown = safe(text, max);
        assert.equal(isSafe(shown), true);
        assert.doesNotThrow(() => encodeURIComponent(shown), 'half of a surrogate pair');
        assert.ok(shown.length <= max);
        assert.equal(safe(shown, max), shown);
      }),
    );
  });

  it('leaves what is safe and fits as it is', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(isSafe(text));
        assert.equal(safe(text, Math.max(1, text.length)), text);
      }),
    );
  });

  it('marks the cut, and never cuts a character in two', () => {
    assert.equal(safe('abcdef', 4), 'abc…');
    assert.equal(safe('ab🐳🐳', 4), 'ab…');
    assert.equal(safe('x'.repeat(1000)).length, 256);
    assert.equal(safe('\0'.repeat(100), 9), '\\x00\\x00…');
  });
});

describe('sizes, durations, ids', () => {
  it('bytes', () => {
    assert.deepEqual(
      [0, 512, 1023, 1024, 1536, 1_048_063, 1_048_524, 1048575, 2 ** 26, 2 ** 40, -1, NaN].map(
        formatBytes,
      ),
      [
        '0 B',
        '512 B',
        '1023 B',
        '1 KiB',
        '1.5 KiB',
        '1023 KiB',
        '1 MiB',
        '1 MiB',
        '64 MiB',
        '1 TiB',
        '?',
        '?',
      ],
    );
  });

  it('durations', () => {
    assert.deepEqual([0, 59.9, 60, 3725, 90_000, 86_460, Infinity].map(formatDuration), [
      '0s',
      '59s',
      '1m',
      '1h 2m',
      '1d 1h',
      '1d',
      '?',
    ]);
    assert.equal(processAge(500, 15_000, 100), 10);
    assert.equal(processAge(5000, 15_000, 100), 0);
  });

  it('ids', () => {
    assert.equal(shortId('0123456789abcdef'.repeat(4)), '0123456789ab');
    assert.equal(
      shortId('my-container-with-a-long-name-0123456789'),
      'my-container-with-a-long-name-0123456789',
    );
  });
});
