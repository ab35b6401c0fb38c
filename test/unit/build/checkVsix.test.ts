import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { faultsOfPackage, maximumBytes } from '../../../build/checkVsix.mjs';
import { zipEntries } from '../../../build/lib/zip.mjs';

const complete = [
  '[Content_Types].xml',
  'extension.vsixmanifest',
  'extension/package.json',
  'extension/package.nls.json',
  'extension/readme.md',
  'extension/LICENSE.txt',
  'extension/dist/extension.js',
  'extension/dist/agent.js',
  'extension/dist/cli.js',
  'extension/media/icon.svg',
  'extension/native/bin/linux-x64/libnsbridge.so',
  'extension/native/bin/linux-x64/ns-bridge',
  'extension/node_modules/koffi/package.json',
  'extension/node_modules/koffi/src/koffi/index.cjs',
  'extension/node_modules/@koromix/koffi-linux-x64/package.json',
  'extension/node_modules/@koromix/koffi-linux-x64/linux_x64/koffi.node',
];

describe('faultsOfPackage', () => {
  it('finds none in a complete package of the largest size', () => {
    assert.deepEqual(faultsOfPackage(complete, maximumBytes), []);
  });

  for (const stray of [
    'extension/src/extension/extension.ts',
    'extension/dist/extension.js.map',
    'extension/node_modules/webpack/package.json',
    'extension/node_modules/koffi/vendor/header.h',
    'extension/.vscode-test/profile/connection-token',
    'extension/native/bin/linux-x64/ns-bridge.debug',
    'extension/media/run.js',
  ]) {
    it(`does not let ${stray} pass`, () => {
      assert.deepEqual(faultsOfPackage([...complete, stray], 1), [
        `not on the list of what belongs in it: ${stray}`,
      ]);
    });
  }

  it('misses each file without which the extension does not work', () => {
    const needed = complete.filter((name) => /dist|native\/bin|koffi\.node/.test(name));
    assert.equal(needed.length, 6);
    for (const name of needed) {
      const rest = complete.filter((other) => other !== name);
      assert.deepEqual(faultsOfPackage(rest, 1), [`missing: ${name}`]);
    }
  });

  it('names the size of one that is too large', () => {
    assert.deepEqual(faultsOfPackage(complete, maximumBytes * 2), ['12.0 MiB, more than 6 MiB']);
  });
});

/** An entry of the central directory; the members themselves are never looked at. */
function entry(name: string, extra = 0): Buffer {
  const head = Buffer.alloc(46);
  head.writeUInt32LE(0x02014b50, 0);
  head.writeUInt16LE(Buffer.byteLength(name), 28);
  head.writeUInt16LE(extra, 30);
  return Buffer.concat([head, Buffer.from(name), Buffer.alloc(extra)]);
}

function zip(entries: readonly Buffer[], { count = entries.length, comment = '' } = {}): Buffer {
  const members = Buffer.from('members');
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(members.length, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([members, ...entries, end, Buffer.from(comment)]);
}

describe('zipEntries', () => {
  it('reads all names, past extra fields and before a comment', () => {
    const file = zip([entry('a.txt', 9), entry('über/b.js')], { comment: 'made by a test' });
    assert.deepEqual(zipEntries(file), ['a.txt', 'über/b.js']);
  });

  it('refuses what is no zip file', () => {
    assert.throws(
      () => zipEntries(Buffer.from('nothing of the kind, but long enough')),
      /not a zip/,
    );
    assert.throws(() => zipEntries(Buffer.alloc(0)), /not a zip/);
  });

  it('refuses one that promises more entries than it has', () => {
    assert.throws(
      () => zipEntries(zip([entry('a')], { count: 2 })),
      /damaged zip file: entry 1 of 2/,
    );
  });
});
