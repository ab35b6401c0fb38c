import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readlinkSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { cliOutput, type CliOutput } from '../../src/protocol/cli';
import { repository } from '../support/agent';
import { until } from '../support/until';

const cli = join(repository, 'dist', 'cli.js');

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(argv: readonly string[], ids: { uid?: number; gid?: number } = {}) {
  const child = spawn(process.execPath, [cli, ...argv], {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...ids,
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr } satisfies Ended;
}

async function json(argv: readonly string[]): Promise<CliOutput> {
  const { code, stdout, stderr } = await run([...argv, '--json']);
  assert.equal(code, 0, stderr);
  return cliOutput.parse(JSON.parse(stdout));
}

/** A process in namespaces of its own, which ends with the test. */
async function sandbox(t: TestContext) {
  const child = spawn(
    'unshare',
    ['--pid', '--fork', '--kill-child', '--mount', '--uts', '--', 'sh', '-c', 'echo $$; cat'],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const gone = once(child, 'close');
  t.after(async () => {
    child.stdin.destroy();
    child.kill('SIGKILL');
    await gone;
  });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  assert.equal(line, '1');
  const pid = await until('the child of unshare', async () => {
    const report = await json(['processes']);
    assert.ok(report.command === 'processes');
    return report.processes.find(({ ppid }) => ppid === child.pid)?.pid;
  });
  return { pid, end: () => child.stdin.end(), gone };
}

const inode = (pid: number, type: string): number =>
  Number(/\[(\d+)\]/.exec(readlinkSync(`/proc/${pid}/ns/${type}`))?.[1]);

describe('container-internals in a shell', () => {
  it('lists what unshare made, as the kernel has it', async (t) => {
    const { pid } = await sandbox(t);
    const report = await json(['snapshot']);
    assert.ok(report.command === 'snapshot');
    const container = report.containers.find((c) => c.pid === pid);
    assert.ok(container, 'no container has this first process');
    assert.deepEqual(container.own, ['mnt', 'pid', 'uts']);
    for (const type of ['mnt', 'net', 'pid', 'uts', 'user'] as const) {
      assert.equal(container.namespaces[type], inode(pid, type), type);
    }
    const namespace = report.namespaces.find((ns) => ns.inode === inode(pid, 'uts'));
    assert.equal(namespace?.owner, inode(pid, 'user'));
    assert.ok(namespace.processes.includes(pid));
    assert.deepEqual(report.processes.find((p) => p.pid === pid)?.nspid.slice(-1), [1]);

    const table = await run(['containers']);
    assert.match(table.stdout, new RegExp(`^\\S+ +unshare .* ${pid} .*mnt,pid,uts`, 'm'));
    const own = await run(['processes', '--container', String(pid), '--no-headers']);
    assert.match(own.stdout, new RegExp(`^ *${pid} `, 'm'));
    assert.doesNotMatch(own.stdout, new RegExp(`^ *${process.pid} `, 'm'));
  });

  it('prints again when a container comes and when it ends', async (t) => {
    const watcher = spawn(process.execPath, [cli, 'containers', '--watch', '--json'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(watcher, 'close');
    t.after(() => watcher.kill('SIGKILL'));
    let pids: readonly (number | null)[] | undefined;
    createInterface(watcher.stdout).on('line', (line) => {
      const report = cliOutput.parse(JSON.parse(line));
      assert.ok(report.command === 'containers');
      pids = report.containers.map((container) => container.pid);
    });
    await until('the first picture', () => pids !== undefined);
    const { pid, end, gone } = await sandbox(t);
    await until('the container', () => pids?.includes(pid));
    end();
    await gone;
    await until('its end', () => pids?.includes(pid) === false);
    watcher.kill('SIGINT');
    assert.deepEqual(await ended, [0, null]);
  });

  it('shows an ordinary user what it may see, and counts the rest', async () => {
    const nobody = { uid: 65534, gid: 65534 };
    const { code, stdout, stderr } = await run(['namespaces'], nobody);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^ *\d+ +mnt /m);
    assert.match(stderr, /\d+ processes not fully readable: .*--sudo/);
  });

  it('works without the native library', async () => {
    const { code, stdout, stderr } = await run(['processes', '--no-native']);
    assert.equal(code, 0);
    assert.match(stdout, new RegExp(`^ *${process.pid} `, 'm'));
    assert.match(stderr, /owners and parents are unknown/);
  });

  it('has an exit status for each kind of failure', async () => {
    assert.equal((await run([])).code, 2);
    assert.equal((await run(['containers', '--nonsense'])).code, 2);
    const missing = await run(['processes', '--container', 'no such container']);
    assert.equal(missing.code, 4);
    assert.match(missing.stderr, /^container-internals: [^\n]+\n$/);
    assert.equal((await run(['--help'])).code, 0);
  });

  it('ends quietly when nobody reads on', async () => {
    const child = spawn(process.execPath, [cli, 'processes', '--watch', '--json'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    await once(child.stdout, 'readable');
    child.stdout.destroy();
    const [code] = (await once(child, 'close')) as [number | null];
    assert.equal(code, 0, stderr);
    assert.doesNotMatch(stderr, /EPIPE/);
  });
});
