import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { cleanLeftovers, runningStates } from '../../build/lib/stateFile.mjs';
import { freePort } from '../../build/vscode/server.mjs';
import { ended, until } from '../support/engines/command';
import { skipWithout } from '../support/engines/requirements';
import { copyClone, demoCgroups, mountsWith, processesWith } from './support/clone';
import { deadlineMs } from './support/deadline';
import { Views } from './support/views';
import { Workbench } from './support/workbench';

interface Started {
  readonly child: ChildProcess;
  readonly address: string;
  readonly output: () => string;
}

/** A start bundles where somebody has just changed a source. */
const startDeadlineMs = 2 * deadlineMs;

/** What was started and may still run. */
const children: ChildProcess[] = [];

/** `npm start` as in a terminal: a process group of its own, which Ctrl-C reaches as a whole. */
async function start(clone: string): Promise<Started> {
  const child = spawn(
    'npm',
    ['start', '--', '--no-open', '--demo', '--port', `${await freePort()}`],
    {
      cwd: clone,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, CONTAINER_INTERNALS_E2E: clone },
    },
  );
  children.push(child);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  }
  const address = await until(
    'the address',
    () => {
      if (!runs(child)) throw new Error(`npm start did not come up:\n${said}`);
      return /^ {2}(http:\S+)$/m.exec(said)?.[1];
    },
    startDeadlineMs,
  );
  return { child, address, output: () => said };
}

const runs = (child: ChildProcess): boolean => child.exitCode === null && child.signalCode === null;

/** Ctrl-C, or another signal to all of it. */
async function signal(child: ChildProcess, name: NodeJS.Signals): Promise<void> {
  assert.ok(child.pid !== undefined);
  process.kill(-child.pid, name);
  await ended(child, 'npm start', deadlineMs);
}

describe('npm start', { skip: skipWithout('npm', 'git', 'unshare', 'setpriv') }, () => {
  const cgroups = demoCgroups();
  let clone = '';

  before(async () => {
    clone = await copyClone();
  });

  /** Ends what a test that failed left running. */
  afterEach(async () => {
    for (const child of children.splice(0).filter(runs)) await signal(child, 'SIGKILL');
    const states = join(clone, '.vscode-test/state');
    await until('the end of the starter', () => runningStates(states).length === 0 || undefined);
    await cleanLeftovers(states);
  });

  after(() => {
    rmSync(clone, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  });

  /** Everything that was started has the clone's path in its environment, the demo by inheritance. */
  const nothingIsLeft = async (): Promise<void> => {
    await until('the end of all processes', () => processesWith(clone).length === 0 || undefined);
    assert.deepEqual(
      demoCgroups().filter((path) => !cgroups.includes(path)),
      [],
    );
    assert.deepEqual(mountsWith(clone), []);
  };

  test('shows the demo containers to who has the token, and Ctrl-C ends it all', async () => {
    const { address, child, output } = await start(clone);
    const { origin, searchParams } = new URL(address);
    assert.ok((searchParams.get('tkn') ?? '').length >= 32);
    assert.equal((await fetch(origin)).status, 403);
    assert.equal((await fetch(`${origin}/?tkn=wrong`)).status, 403);

    const logs = join(clone, '.vscode-test/profile');
    const workbench = await Workbench.open({ address, name: 'start', logs });
    try {
      await workbench.step(async () => {
        const views = new Views(workbench.page);
        await views.open();
        await views.only(views.containers);
        await views.containers.row(/^Host /).waitFor();
        await workbench.picture('1-demo');
        // a host may have more containers than the window has rows
        for (const name of ['web', 'rootless', 'mounts', 'limited', 'outer']) {
          await views.containers.filter(name);
          await views.containers.row(new RegExp(`^Container ${name}, `)).waitFor();
        }
        await views.containers.expand(/^Container outer, /, /^Container inner, /);
      });
    } finally {
      await workbench.close();
    }

    await signal(child, 'SIGINT');
    // npm may end by the signal itself; what failed to end would be told
    assert.ok(child.exitCode === 0 || child.signalCode === 'SIGINT', output());
    assert.doesNotMatch(output(), /while ending/);
    await nothingIsLeft();
  });

  test('what a killed one left, the next start ends', async () => {
    const killed = await start(clone);
    const [state] = runningStates(join(clone, '.vscode-test/state'));
    assert.ok(state);
    process.kill(state.owner.pid, 'SIGKILL');
    await ended(killed.child, 'npm start', deadlineMs);
    const left = processesWith(clone);

    const started = await start(clone);
    assert.match(started.output(), /left by a crash: removed the cgroup /);
    assert.deepEqual(
      processesWith(clone).filter((found) => left.includes(found)),
      [],
    );
    await signal(started.child, 'SIGTERM');
    await nothingIsLeft();
  });
});
