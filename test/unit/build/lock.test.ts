import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { acquireLock, holderOf, withLock } from '../../../build/lib/lock.mjs';

const directory = mkdtempSync(join(tmpdir(), 'lock-test-'));
const children: ChildProcess[] = [];

after(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

/** Another script that takes the lock and keeps it; resolves when it has it. */
async function otherHolder(file: string): Promise<ChildProcess> {
  const module = pathToFileURL(join(process.cwd(), 'build/lib/lock.mjs')).href;
  const script = `
    const { acquireLock } = await import(${JSON.stringify(module)});
    await acquireLock(${JSON.stringify(file)});
    process.stdout.write('held');
    setInterval(() => undefined, 60_000);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  await once(child.stdout, 'data');
  return child;
}

describe('acquireLock', () => {
  it('gives the lock to one at a time', async () => {
    const file = join(directory, 'one');
    const release = await acquireLock(file);
    assert.equal(await acquireLock(file, { wait: false }), undefined);
    await release();
    const again = await acquireLock(file, { wait: false });
    assert.ok(again);
    await again();
  });

  it('says who holds it to the one who waits, and hands it over', async () => {
    const file = join(directory, 'two');
    const release = await acquireLock(file);
    const told: (number | undefined)[] = [];
    const second = await acquireLock(file, {
      onWait: (holder) => {
        told.push(holder?.pid);
        void release();
      },
    });
    await second();
    assert.deepEqual(told, [process.pid]);
  });

  it('is free at once when its holder is killed', async () => {
    const file = join(directory, 'three');
    const holder = await otherHolder(file);
    assert.equal(await acquireLock(file, { wait: false }), undefined);
    assert.equal(holderOf(file)?.pid, holder.pid);
    holder.kill('SIGKILL');
    const release = await acquireLock(file);
    await release();
  });

  it('is let go of when the work fails', async () => {
    const file = join(directory, 'four');
    await assert.rejects(
      withLock(file, {}, () => Promise.reject(new Error('work'))),
      /work/,
    );
    const release = await acquireLock(file, { wait: false });
    assert.ok(release);
    await release();
  });

  it('fails where the file cannot be made', async () => {
    const file = join(directory, 'file');
    writeFileSync(file, '');
    await assert.rejects(acquireLock(join(file, 'lock')), /ENOTDIR|EEXIST/);
  });
});
