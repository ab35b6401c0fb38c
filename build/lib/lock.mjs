import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { identityOf } from './process.mjs';

const busyExit = 75;

/**
 * An advisory lock on a file, held by the kernel (flock(2)) through a helper that lives as long as its stdin.
 * A holder that is killed lets go by that alone, and it holds between pid namespaces that share the
 * cache, so there is no stale lock to recognise and no moment in which two could both take one over.
 * @param file made where it is missing; holds who has the lock, for the sentence of those who wait
 * @param options.wait false: give up at once
 * @param options.onWait called once, with who holds it, before waiting
 * @returns the lock's release, or undefined where it is held and `wait` is false
 */
export async function acquireLock(file, { wait = true, onWait } = {}) {
  mkdirSync(dirname(file), { recursive: true });
  let held = await tryLock(file, ['--nonblock']);
  if (!held) {
    if (!wait) return undefined;
    onWait?.(holderOf(file));
    held = await tryLock(file, []);
  }
  writeFileSync(
    file,
    JSON.stringify({ ...identityOf(process.pid), since: new Date().toISOString() }),
  );
  return held;
}

/** What the holder wrote about itself; undefined where nothing can be read. */
export function holderOf(file) {
  try {
    const { pid, since } = JSON.parse(readFileSync(file, 'utf8'));
    return Number.isInteger(pid) && typeof since === 'string' ? { pid, since } : undefined;
  } catch (error) {
    if (error.code === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Runs `work` while holding the lock. */
export async function withLock(file, options, work) {
  const release = await acquireLock(file, options);
  try {
    return await work();
  } finally {
    await release();
  }
}

function tryLock(file, flags) {
  return new Promise((resolve, reject) => {
    const args = [...flags, '--conflict-exit-code', String(busyExit), '--no-fork', file];
    const holder = spawn('flock', [...args, 'sh', '-c', 'echo held && exec cat >/dev/null'], {
      stdio: ['pipe', 'pipe', 'pipe'],
      // not in our process group: Ctrl-C must end us first, then the lock
      detached: true,
    });
    let errors = '';
    holder.stderr.setEncoding('utf8').on('data', (text) => (errors += text));
    const gone = new Promise((done) => holder.once('exit', done));
    holder.once('error', (error) => {
      reject(error.code === 'ENOENT' ? new Error('flock is missing: install util-linux') : error);
    });
    holder.stdin.on('error', () => undefined);
    holder.once('exit', (code) => {
      if (code === busyExit) resolve(undefined);
      else reject(new Error(`cannot lock ${file}: ${errors.trim() || `flock ended with ${code}`}`));
    });
    holder.stdout.once('data', () => {
      // a lock must not keep a script from ending
      holder.unref();
      for (const stream of [holder.stdin, holder.stdout, holder.stderr]) stream.unref?.();
      resolve(async () => {
        holder.ref();
        holder.stdin.end();
        await gone;
      });
    });
  });
}
