import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { applyChange } from '../../../src/model/applyChange';
import { makePicture } from '../../../src/model/picture/makePicture';
import { snapshotFromProc } from '../../../src/model/procfs/snapshotFromProc';
import { describeGap, describePicture } from '../../support/describePicture';
import { caseNames, casesDirectory, recordedProc } from '../../support/recordedProc';

const golden = join(__dirname, '../../fixtures/golden/pictures');

async function describeCase(name: string): Promise<string> {
  const { source, besides, host, hierarchies, engines } = recordedProc(name);
  const { value, gaps } = await snapshotFromProc(source, besides);
  const snapshot = applyChange(undefined, value, hierarchies) ?? assert.fail('no full change');
  const picture = describePicture(makePicture(snapshot, host, engines), (pid) => {
    const path = join(casesDirectory, name, String(pid), 'uid_map');
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  });
  const answers = engines.flatMap((e) => e.gaps.map((gap) => `${e.engine}: ${describeGap(gap)}`));
  const all = [...gaps.map(describeGap), ...answers];
  return `${picture}gaps of reading: ${all.join(', ') || 'none'}\n`;
}

/** `UPDATE=1` rewrites; then read the difference. */
describe('recorded hosts', () => {
  for (const name of caseNames()) {
    it(name, async () => {
      const text = await describeCase(name);
      const path = join(golden, `${name}.txt`);
      if (process.env['UPDATE'] === '1') writeFileSync(path, text);
      assert.equal(text, readFileSync(path, 'utf8'));
    });
  }

  it('every case has a broken twin, and no golden file is left over', () => {
    const names = caseNames();
    for (const name of names.filter((n) => !n.endsWith('-broken'))) {
      assert.ok(names.includes(`${name}-broken`), name);
    }
    assert.deepEqual(readdirSync(golden).sort(), names.map((name) => `${name}.txt`).sort());
  });
});
