import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, describe, it } from 'node:test';
import { bootId, identityOf, isAlive } from '../../../build/lib/process.mjs';
import { cleanLeftovers, runningStates, StateFile } from '../../../build/lib/stateFile.mjs';

const base = mkdtempSync(join(tmpdir(), 'state-test-'));
const children: ChildProcess[] = [];
let states = '';
let serial = 0;

beforeEach(() => {
  serial += 1;
  states = join(base, `states-${serial}`);
});

after(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(base, { recursive: true, force: true });
});

interface Leftover {
  processes?: object[];
  cgroups?: object[];
  directories?: object[];
  boot?: string;
  owner?: object;
}

/** The state file of a script that was killed: no process has its pid and start time any more. */
function leaveState(leftover: Leftover): string {
  mkdirSync(states, { recursive: true });
  const file = join(states, 'killed.json');
  const state = {
    version: 1,
    what: 'start',
    boot: bootId(),
    owner: { pid: process.pid, startTime: '1' },
    processes: [],
    cgroups: [],
    directories: [],
    ...leftover,
  };
  writeFileSync(file, JSON.stringify(state));
  return file;
}

async function sleeper(): Promise<{ child: ChildProcess; pid: number; startTime: string }> {
  const child = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });
  children.push(child);
  await once(child, 'spawn');
  const identity = identityOf(child.pid ?? 0);
  assert.ok(identity);
  return { child, ...identity };
}

describe('StateFile', () => {
  it('is there while its script runs, with what it started, and only for its user', () => {
    const state = new StateFile(states, 'start');
    state.addProcess(process.pid, 'itself');
    state.address = 'http://127.0.0.1:1/';
    const [name] = readdirSync(states);
    assert.ok(name);
    assert.equal(statSync(join(states, name)).mode & 0o777, 0o600);
    const [running] = runningStates(states);
    assert.equal(running?.address, 'http://127.0.0.1:1/');
    assert.equal(running.owner.pid, process.pid);
    state.remove();
    assert.deepEqual(runningStates(states), []);
  });
});

describe('cleanLeftovers', () => {
  it('has nothing to do where nothing was ever started', async () => {
    assert.deepEqual(await cleanLeftovers(join(base, 'nowhere')), []);
  });

  it('ends a process that was left', async () => {
    const { child, pid, startTime } = await sleeper();
    const exit = once(child, 'exit');
    const file = leaveState({ processes: [{ pid, startTime, what: 'a sleeper' }] });
    assert.deepEqual(await cleanLeftovers(states), [`ended a sleeper (pid ${pid})`]);
    await exit;
    assert.equal(existsSync(file), false);
  });

  it('leaves a process alone that only has the same pid', async () => {
    const { pid, startTime } = await sleeper();
    leaveState({ processes: [{ pid, startTime: `${startTime}0`, what: 'an older one' }] });
    assert.deepEqual(await cleanLeftovers(states), []);
    assert.equal(isAlive({ pid, startTime }), true);
  });

  it('leaves a process alone that was recorded before the last boot', async () => {
    const { pid, startTime } = await sleeper();
    leaveState({ boot: 'another', processes: [{ pid, startTime, what: 'of another boot' }] });
    assert.deepEqual(await cleanLeftovers(states), []);
    assert.equal(isAlive({ pid, startTime }), true);
  });

  it('leaves everything alone while the script that started it runs', async () => {
    const { pid, startTime } = await sleeper();
    const owner = identityOf(process.pid);
    assert.ok(owner);
    const file = leaveState({ owner, processes: [{ pid, startTime, what: 'in use' }] });
    assert.deepEqual(await cleanLeftovers(states), []);
    assert.equal(isAlive({ pid, startTime }), true);
    assert.equal(existsSync(file), true);
  });

  it('removes a directory that was left, and not another with the same path', async () => {
    const left = join(base, 'left');
    const other = join(base, 'other');
    for (const path of [left, other]) mkdirSync(path);
    leaveState({
      directories: [
        { path: left, ino: statSync(left).ino },
        { path: other, ino: statSync(other).ino + 1 },
      ],
    });
    assert.deepEqual(await cleanLeftovers(states), [`removed ${left}`]);
    assert.equal(existsSync(left), false);
    assert.equal(existsSync(other), true);
  });

  it('survives a state file that is no JSON and keeps it for a look', async () => {
    const file = leaveState({});
    writeFileSync(file, '{"version": 1, "wha');
    assert.deepEqual(await cleanLeftovers(states), []);
    assert.equal(readFileSync(file, 'utf8'), '{"version": 1, "wha');
  });
});
