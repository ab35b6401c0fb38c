import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { failureOf } from '../../../src/cli/failure';
import { jsonText } from '../../../src/cli/json';
import { columnsOf, commandNames, parseOptions, type Options } from '../../../src/cli/options';
import { jsonReport, notes, textReport, type View } from '../../../src/cli/report';
import { columnName } from '../../../src/cli/table';
import { parseUsage } from '../../../src/model/cgroups/usage';
import { cliOutput } from '../../../src/protocol/cli';
import type { Hello } from '../../../src/protocol/agent';
import { caseNames } from '../../support/recordedProc';
import { recordedPicture } from '../../support/recordedPicture';

const screen = { headers: true, width: undefined };

function options(...argv: readonly string[]): Options {
  const parsed = parseOptions(argv);
  assert.ok(parsed.kind === 'run');
  return parsed.options;
}

const files = {
  'memory.current': '1048576\n',
  'memory.max': '2097152\n',
  'pids.current': '3\n',
  'pids.max': 'max\n',
  'cpu.max': '50000 100000\n',
  'cpu.pressure': 'some avg10=1.50 avg60=0.00 avg300=0.00 total=9\n',
};

async function view(name: string): Promise<View> {
  const picture = await recordedPicture(name);
  const hello: Hello = {
    protocol: 1,
    version: '0.0.0',
    reader: 'native',
    uid: picture.host.uid,
    pid: 1,
    hostname: picture.host.hostname,
    kernel: picture.host.kernel,
    bootId: '',
    clockTick: picture.host.clockTick,
    events: [],
    hierarchies: picture.snapshot.hierarchies.map(({ version, controllers, mountPoint }) => ({
      version,
      controllers: [...controllers],
      mountPoint,
    })),
    initial: {},
    own: {},
  };
  const usage = new Map(
    [...picture.snapshot.cgroups.keys()].map((key) => [key, parseUsage(files)] as const),
  );
  return { hello, picture, answers: [], usage };
}

describe('what is printed of recorded hosts', () => {
  for (const name of caseNames()) {
    it(`${name}: JSON is what the schema promises`, async () => {
      const from = await view(name);
      for (const command of commandNames) {
        const report = jsonReport(from, options(command));
        const printed: unknown = JSON.parse(jsonText(report));
        assert.deepEqual(cliOutput.parse(printed), printed, command);
        assert.deepEqual(printed, report, command);
      }
    });

    it(`${name}: no table holds a control character`, async () => {
      const from = await view(name);
      for (const argv of [
        ['snapshot'],
        ['namespaces', '--tree'],
        ['cgroups', '--tree'],
        ['processes', '--tree'],
      ]) {
        const text = textReport(from, options(...argv), screen);
        assert.doesNotMatch(text, /[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/);
      }
    });
  }

  it('every column of a table can be sorted by', async () => {
    const from = await view('docker');
    for (const command of commandNames.filter((name) => name !== 'snapshot')) {
      const [heads = ''] = textReport(from, options(command), screen).split('\n');
      const names = heads.split(/ {2,}/).map((head) => columnName(head.trim()));
      assert.deepEqual(names.filter(Boolean), columnsOf[command], command);
    }
  });

  it('shows use against limit, and use alone where nothing limits it', async () => {
    const text = textReport(await view('docker'), options('cgroups'), screen);
    assert.match(text, /^\S+ +[\d-]+ +1 MiB \/ 2 MiB +3 +\//m);
  });

  it('a tree of namespaces has each below the one that owns it', async () => {
    const from = await view('unshare');
    const lines = textReport(from, options('namespaces', '--tree'), { ...screen, headers: false });
    const levels = new Map<string, number>();
    const path: string[] = [];
    for (const line of lines.split('\n').filter(Boolean)) {
      const [indentation = '', inode = ''] = /^( *)(\d+)/.exec(line)?.slice(1) ?? [];
      const level = indentation.length / 2;
      path.length = level;
      const namespace = [...from.picture.snapshot.namespaces.values()].find(
        (ns) => String(ns.inode) === inode && line.includes(` ${ns.type} `),
      );
      assert.ok(namespace, line);
      const above = namespace.type === 'user' ? namespace.parent : namespace.owner;
      assert.equal(path.at(-1), above, line);
      path.push(namespace.key);
      levels.set(namespace.key, level);
    }
    assert.equal(levels.size, from.picture.snapshot.namespaces.size);
  });

  it('a tree of processes lists each once', async () => {
    const from = await view('unshare');
    const lines = textReport(from, options('processes', '--tree'), { ...screen, headers: false });
    const pids = lines
      .split('\n')
      .filter(Boolean)
      .map((line) => Number(line.trim().split(' ')[0]));
    const all = [...from.picture.snapshot.processes.keys()].map(Number);
    assert.deepEqual(
      pids.sort((a, b) => a - b),
      all.sort((a, b) => a - b),
    );
  });

  it('finds a container by name, by the start of its id and by a pid inside', async () => {
    const from = await view('docker');
    const container = from.picture.containers().find(({ engine }) => engine === 'docker');
    assert.ok(container?.id !== undefined && container.main !== undefined);
    for (const word of [container.name, container.id.slice(0, 8), String(container.main)]) {
      const report = jsonReport(from, options('processes', '--container', word));
      assert.ok(report.command === 'processes');
      assert.deepEqual(
        report.processes.map(({ pid }) => pid),
        container.processes,
        word,
      );
    }
  });

  it('says when there is no such container, with its own exit status', async () => {
    const from = await view('docker');
    const failure = (() => {
      try {
        jsonReport(from, options('processes', '--container', 'no\x1b[31m'));
      } catch (error) {
        return failureOf(error);
      }
      return assert.fail('it was found');
    })();
    assert.equal(failure.code, 4);
    assert.match(failure.message, /no\\x1b\[31m/);
  });

  it('lets nothing hostile out of what engines answer', async () => {
    const from = await view('docker');
    const gap = { kind: 'unreachable', where: 'x', why: 'ECONNREFUSED\x9b2J' } as const;
    const answers = [
      { engine: 'docker', source: '/run/\x1b[2J', containers: [], gaps: [gap] },
    ] as const;
    const hostile: View = {
      ...from,
      answers: answers.map((answer) => ({ ...answer, containers: [], gaps: [...answer.gaps] })),
    };
    assert.match(notes(hostile) ?? '', /docker at \/run\/\\x1b\[2J: .*ECONNREFUSED\\x9b2J/);
    const json = jsonText(jsonReport(hostile, options('containers')));
    assert.match(json, /ECONNREFUSED\\u009b2J/);
    assert.doesNotMatch(json, /[\p{Cc}\p{Cf}]/u);
  });

  it('says how much an ordinary user does not see', async () => {
    const from = await view('no-rights');
    assert.match(notes(from) ?? '', /processes not fully readable: .*--sudo/);
  });
});
