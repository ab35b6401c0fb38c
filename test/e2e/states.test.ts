import assert from 'node:assert/strict';
import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { repository } from '../support/agent';
import { ignoring } from '../support/engines/command';
import { skipWithout } from '../support/engines/requirements';
import { startUnshare, type Unshared } from '../support/engines/unshare';
import { until } from '../support/until';
import { attempt } from './support/deadline';
import { insist } from './support/insist';
import { stageExtension } from './support/staged';
import { openUserSession, type UserSession } from './support/userSession';
import { Views } from './support/views';
import { openSession, type Session } from './support/workbench';

/** The agent that was started from this extension. */
function agentOf(extension: string): number | undefined {
  const script = join(extension, 'dist/agent.js');
  const found = readdirSync('/proc').find((entry) => {
    if (!/^\d+$/.test(entry)) return false;
    const text = ignoring(['ENOENT', 'ESRCH'], () =>
      readFileSync(`/proc/${entry}/cmdline`, 'utf8'),
    );
    return text?.split('\0').includes(script) === true;
  });
  return found === undefined ? undefined : Number(found);
}

describe('an agent that fails', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'container-internals-e2e-agent-'));
  const extension = join(scratch, 'extension');
  let session: Session;
  let views: Views;
  const step = (name: string, work: () => Promise<void>): void => {
    test(name, () => session.workbench.step(work));
  };

  before(async () => {
    stageExtension(extension);
    writeFileSync(join(extension, 'dist/agent.js'), 'process.exit(1);\n');
    session = await openSession({ name: 'agent', extension });
    views = new Views(session.workbench.page);
  });

  after(async () => {
    await session.close();
    rmSync(scratch, { recursive: true, force: true });
  });

  step('is told once, and in the empty view, with buttons', async () => {
    await views.open();
    const { welcome } = views.containers;
    await views.only(views.containers);
    await welcome.filter({ hasText: 'The agent that reads this host is not running.' }).waitFor();
    const notice = views.notification('The agent ended unexpectedly.');
    await notice.getByRole('button', { name: 'Restart Agent' }).waitFor();
    await session.workbench.look('1-failed');
    await insist('the log', async () => {
      await welcome.getByRole('button', { name: 'Show Log' }).click(attempt);
      await views.output.filter({ hasText: 'activated in' }).waitFor(attempt);
    });
    await session.workbench.look('2-log');
    assert.equal(await notice.count(), 1);
  });

  step('is restarted by a button', async () => {
    copyFileSync(join(repository, 'dist/agent.js'), join(extension, 'dist/agent.js'));
    await insist('the host', async () => {
      // it may have been started again by itself just now
      if ((await views.containers.rows.count()) === 0) {
        const button = views.containers.welcome.getByRole('button', { name: 'Restart Agent' });
        await button.click(attempt);
      }
      await views.containers.row(/^Host /).waitFor(attempt);
    });
  });

  step('is replaced when it is killed, and the views keep what they show', async () => {
    const { containers } = views;
    const installed = readdirSync(join(session.dataDir, 'extensions'))
      .map((name) => join(session.dataDir, 'extensions', name))
      .find((path) => agentOf(path) !== undefined);
    assert.ok(installed, 'no agent runs');
    const before = agentOf(installed) ?? assert.fail();
    await containers.expand(/^Host /, /^Processes: \d+$/);
    process.kill(before, 'SIGKILL');
    const now = await until('another agent', () => {
      const pid = agentOf(installed);
      return pid === before ? undefined : pid;
    });
    assert.notEqual(now, before);
    await views.status(/^\s*\S+ · (root|user)/).waitFor();
    await containers.row(/^Processes: \d+$/).waitFor();
    await session.workbench.look('3-again');
  });
});

describe('an ordinary user', { skip: skipWithout('useradd', 'sudo', 'setpriv') }, () => {
  let session: UserSession;
  let views: Views;
  let box: Unshared;
  const boxRow = (): RegExp => new RegExp(`^Container .*, pid ${String(box.pids[0])}$`);
  const hidden = /^\d+ process(es are| is) hidden: this needs root/;
  const step = (name: string, work: () => Promise<void>): void => {
    test(name, () => session.workbench.step(work));
  };

  before(async () => {
    session = await openUserSession('user');
    views = new Views(session.workbench.page);
    box = await startUnshare(session.user.scope, ['--pid', '--fork', '--mount-proc', '--uts']);
  });

  after(async () => {
    await session.close();
  });

  step('is told first how much is hidden', async () => {
    await views.open();
    await views.only(views.containers);
    await views.containers.row(hidden).waitFor();
    assert.match((await views.containers.rows.first().getAttribute('aria-label')) ?? '', hidden);
    await views.status('· user').waitFor();
    assert.equal(await views.containers.row(boxRow()).count(), 0);
    await session.workbench.look('1-hidden');
  });

  step('sees everything after elevating, without a reload', async () => {
    await insist('the agent of root', async () => {
      await views.containers.row(hidden).click(attempt);
      await views.status('root via sudo').waitFor(attempt);
    });
    await views.containers.row(boxRow()).waitFor();
    await views.containers.row(hidden).waitFor({ state: 'hidden' });
    await session.workbench.look('2-elevated');
  });

  step('drops the rights again', async () => {
    await insist('the agent of the user', async () => {
      await views.page.keyboard.press('Escape');
      if ((await views.status('· user').count()) === 0) {
        await views.statusMenu('root via sudo', 'Drop root rights');
      }
      await views.status('· user').waitFor(attempt);
    });
    await views.containers.row(hidden).waitFor();
    await views.containers.row(boxRow()).waitFor({ state: 'hidden' });
    await session.workbench.look('3-dropped');
  });
});
