import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { failureOf } from '../../../src/cli/failure';
import { parseOptions, type Options } from '../../../src/cli/options';
import { jsonReport, notes, textReport, type View } from '../../../src/cli/report';
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
  return { hello, picture, answers: [] };
}

describe('what is printed of recorded hosts', () => {
  for (const name of caseNames()) {
    it(`${name}: JSON is what the schema promises`, async () => {
      const from = await view(name);
      for (const command of ['snapshot', 'containers', 'namespaces', 'cgroups', 'processes']) {
        const printed: unknown = JSON.parse(JSON.stringify(jsonReport(from, options(command))));
        assert.deepEqual(cliOutput.parse(printed), printed, command);
      }
    });

    it(`${name}: no table holds a control character`, async () => {
      const from = await view(name);
      for (const argv of [['snapshot'], ['cgroups', '--tree'], ['processes', '--tree']]) {
        const text = textReport(from, options(...argv), screen);
        assert.doesNotMatch(text, /[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/);
      }
    });
  }

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

  it('says how much an ordinary user does not see', async () => {
    const from = await view('no-rights');
    assert.match(notes(from) ?? '', /processes not fully readable: .*--sudo/);
  });
});
