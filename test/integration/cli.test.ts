import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, it, type TestContext } from 'node:test';
import { displayWidth } from '../../src/cli/width';
import { namespaceTypes } from '../../src/model/ids';
import { cliOutput, type CliOutput } from '../../src/protocol/cli';
import { powerless, powerlessUid, skipWithoutRoot } from '../support/powerless';
import { childOf, cli, inodeOf, run, sandboxComm, start, startSandbox } from '../support/shell';
import { until } from '../support/until';

type Report<C extends CliOutput['command']> = Extract<CliOutput, { command: C }>;

/** The last whole line of what `command` printed, held against the schema. */
function reportIn<C extends CliOutput['command']>(command: C, stdout: string): Report<C> {
  const lines = stdout.slice(0, stdout.lastIndexOf('\n')).split('\n');
  const report = cliOutput.parse(JSON.parse(lines.at(-1) ?? ''));
  assert.equal(report.command, command);
  return report as Report<C>;
}

async function json<C extends CliOutput['command']>(
  t: TestContext,
  command: C,
  ...argv: readonly string[]
): Promise<Report<C>> {
  const { code, stdout, stderr } = await run(t, cli(command, '--json', ...argv));
  assert.equal(code, 0, stderr);
  assert.equal(stderr, '');
  return reportIn(command, stdout);
}

const statusOf = (pid: number, field: string): string =>
  new RegExp(`^${field}:\\s*(.*)$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ??
  '';

describe('container-internals --json', () => {
  it('snapshot: of a sandbox all that the kernel says', async (t) => {
    const { pid } = await startSandbox(t);
    const report = await json(t, 'snapshot');

    const process = report.processes.find((p) => p.pid === pid) ?? assert.fail('no process');
    assert.equal(process.comm, sandboxComm);
    assert.equal(process.ppid, Number(statusOf(pid, 'PPid')));
    assert.equal(process.uid.join('\t'), statusOf(pid, 'Uid'));
    assert.equal(process.nspid.join('\t'), statusOf(pid, 'NSpid'));
    assert.equal(process.capabilities.bounding, statusOf(pid, 'CapBnd'));
    assert.deepEqual(process.gaps, []);
    for (const type of namespaceTypes) {
      assert.equal(process.namespaces[type], inodeOf(pid, type), type);
    }

    const container = report.containers.find((c) => c.pid === pid) ?? assert.fail('no container');
    assert.equal(container.engine, 'unshare');
    assert.equal(process.container, container.key);
    assert.ok(container.processes.includes(pid));
    assert.deepEqual(container.namespaces, process.namespaces);
    for (const type of ['mnt', 'pid', 'uts'] as const) assert.ok(container.own.includes(type));

    for (const type of ['mnt', 'uts'] as const) {
      const namespace = report.namespaces.find((ns) => ns.inode === inodeOf(pid, type));
      assert.ok(namespace, type);
      assert.equal(namespace.type, type);
      assert.equal(namespace.initial, false);
      assert.ok(namespace.processes.includes(pid));
      assert.ok(namespace.containers.includes(container.key));
      if (report.host.reader === 'native') assert.equal(namespace.owner, inodeOf(pid, 'user'));
    }
    for (const { hierarchy, path } of process.cgroups) {
      const cgroup = report.cgroups.find((c) => c.hierarchy === hierarchy && c.path === path);
      assert.ok(cgroup?.members.includes(pid), path);
    }
  });

  it('processes, namespaces: only those of one container', async (t) => {
    const { pid } = await startSandbox(t);
    const { processes } = await json(t, 'processes', '--container', String(pid));
    assert.ok(processes.some((p) => p.pid === pid));
    // unshare itself, which waits outside of the pid namespace, shares only the others
    assert.ok(processes.every((p) => p.namespaces.mnt === inodeOf(pid, 'mnt')));
    const { namespaces } = await json(
      t,
      'namespaces',
      '--type',
      'mnt,net',
      '--container',
      String(pid),
    );
    assert.deepEqual(
      namespaces.map(({ inode }) => inode),
      [inodeOf(pid, 'mnt'), inodeOf(pid, 'net')],
    );
  });

  it('--watch: a line when a container comes, and one when it ends', async (t) => {
    const watcher = start(t, cli('containers', '--watch', '--json'));
    const pids = () => reportIn('containers', watcher.stdout()).containers.map((c) => c.pid);
    await until('the first line', () => watcher.stdout().includes('\n'));
    const { pid, end } = await startSandbox(t);
    await until('its start', () => pids().includes(pid));
    await end();
    await until('its end', () => !pids().includes(pid));
    watcher.signal('SIGINT');
    const { code, stderr } = await watcher.ended;
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
  });
});

describe('container-internals for people', () => {
  it('prints hostile names as escapes, in every table', async (t) => {
    const { pid } = await startSandbox(t);
    const containers = await run(t, cli('containers'));
    assert.match(containers.stdout, new RegExp(`^ *sb\\\\x1b\\[2J +unshare .* ${pid} `, 'm'));
    const snapshot = await run(t, cli('snapshot'));
    assert.equal(snapshot.code, 0);
    assert.doesNotMatch(snapshot.stdout, /[^\P{Cc}\n]|\p{Cf}/u);
    for (const head of ['NAME', 'NS', 'HIERARCHY', 'PID']) {
      assert.match(snapshot.stdout, new RegExp(`^ *${head} `, 'm'));
    }
  });

  it('--watch prints another table when something came', async (t) => {
    const watcher = start(t, cli('namespaces', '--type', 'uts', '--watch', '--no-headers'));
    await until('the first table', () => watcher.stdout().includes('\n'));
    const { pid } = await startSandbox(t);
    const row = new RegExp(`^ *${inodeOf(pid, 'uts')} +uts `, 'm');
    await until('its namespace', () => row.test(watcher.stdout()));
    assert.doesNotMatch(watcher.stdout(), /\x1b/);
    watcher.signal('SIGTERM');
    assert.equal((await watcher.ended).code, 0);
  });

  const skip =
    spawnSync('script', ['--version']).status === 0 ? false : 'script(1) is not installed';
  it('--watch on a terminal draws anew, within its width, until ^C', { skip }, async (t) => {
    const width = 50;
    const { command, args } = cli('processes', '--watch');
    const line = `stty -echo cols ${width}; exec ${command} ${args.join(' ')}`;
    const terminal = start(t, { command: 'script', args: ['-qec', line, '/dev/null'] });
    await until('the first screen', () => terminal.stdout().includes('PID'));
    await startSandbox(t);
    await until('another', () => terminal.stdout().split('\x1b[H\x1b[J').length > 2);
    terminal.input('\x03');
    const { code, stdout } = await terminal.ended;
    assert.equal(code, 0, stdout);
    const [first = ''] = stdout.split('\x1b[H\x1b[J').slice(1);
    const rows = first.split('\r\n').filter((row) => /^ *(PID|\d+) +(INSIDE|-|\d+) /.test(row));
    assert.ok(rows.length > 2);
    for (const row of rows) assert.ok(displayWidth(row) <= width, row);
  });

  it('ends quietly when nobody reads on', async (t) => {
    const { command, args } = cli('processes', '--watch', '--json');
    const piped = await run(t, {
      command: 'bash',
      args: ['-c', '"$@" | head -n 1; exit "${PIPESTATUS[0]}"', 'bash', command, ...args],
    });
    assert.deepEqual({ code: piped.code, stderr: piped.stderr }, { code: 0, stderr: '' });
    assert.ok(reportIn('processes', piped.stdout).processes.length > 0);
  });

  it('reads with plain Node, and says what that cannot know', async (t) => {
    const { code, stdout, stderr } = await run(t, cli('processes', '--no-native'));
    assert.equal(code, 0, stderr);
    assert.match(stdout, new RegExp(`^ *${process.pid} `, 'm'));
    assert.match(stderr, /owners and parents are unknown/);
  });
});

describe('container-internals without rights', { skip: skipWithoutRoot }, () => {
  it('shows what it may see, and counts the rest', async (t) => {
    const table = await run(t, powerless(cli('namespaces')));
    assert.equal(table.code, 0, table.stderr);
    assert.match(table.stdout, /^ *\d+ +mnt /m);
    assert.match(table.stderr, /^\d+ processes not fully readable: /m);

    const { stdout, code } = await run(t, powerless(cli('processes', '--json')));
    assert.equal(code, 0);
    const report = reportIn('processes', stdout);
    assert.equal(report.host.uid, powerlessUid);
    assert.ok(report.hidden.processes > 0);
    assert.deepEqual(report.processes.find(({ pid }) => pid === process.pid)?.gaps, ['namespaces']);
  });

  const skip = powerlessUid === 0 ? 'the sources are not readable to another user' : false;
  it('is refused by sudo with a status of its own', { skip }, async (t) => {
    const { code, stdout, stderr } = await run(t, powerless(cli('containers', '--sudo')));
    assert.deepEqual({ code, stdout }, { code: 5, stdout: '' }, stderr);
    assert.match(stderr, /^container-internals: .*sudo.*\n$/);
  });
});

describe('container-internals: exit status', () => {
  const wrong: readonly (readonly [number, readonly string[], RegExp])[] = [
    [2, [], /a command is missing/],
    [2, ['containers', '--nonsense'], /nonsense/],
    [2, ['processes', '--sort', 'size'], /no column 'size'/],
    [4, ['processes', '--container', 'no such\ncontainer'], /no such\\x0acontainer/],
  ];
  for (const [status, argv, message] of wrong) {
    it(`${status}: ${JSON.stringify(argv)}`, async (t) => {
      const { code, stdout, stderr } = await run(t, cli(...argv));
      assert.deepEqual({ code, stdout }, { code: status, stdout: '' });
      assert.match(stderr, /^container-internals: [^\n]+\n$/);
      assert.match(stderr, message);
    });
  }

  it('1: the agent is killed while it watches', async (t) => {
    const watcher = start(t, cli('containers', '--watch'));
    await until('the first table', () => watcher.stdout().includes('\n'));
    const agent = childOf(watcher.pid) ?? assert.fail('no agent');
    process.kill(agent, 'SIGKILL');
    const { code, stderr } = await watcher.ended;
    assert.equal(code, 1);
    assert.match(stderr, /^container-internals: the agent .*\(exited\): SIGKILL[^\n]*\n$/m);
  });

  it('0: help and version, which need no agent', async (t) => {
    const help = await run(t, cli('--help'));
    assert.equal(help.code, 0);
    assert.match(help.stdout, /^Usage: container-internals /);
    const version = await run(t, cli('--version'));
    assert.match(version.stdout, /^container-internals \d+\.\d+\.\d+\n$/);
  });
});
