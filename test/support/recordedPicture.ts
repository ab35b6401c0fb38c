import assert from 'node:assert/strict';
import { applyChange } from '../../src/model/applyChange';
import type { Picture } from '../../src/model/picture';
import { makePicture } from '../../src/model/picture/makePicture';
import { snapshotFromProc } from '../../src/model/procfs/snapshotFromProc';
import { recordedProc } from './recordedProc';

/** The picture of a recorded host. */
export async function recordedPicture(name: string): Promise<Picture> {
  const { source, besides, host, hierarchies, engines } = recordedProc(name);
  const { value } = await snapshotFromProc(source, besides);
  const snapshot = applyChange(undefined, value, hierarchies) ?? assert.fail('no full change');
  return makePicture(snapshot, host, engines);
}
