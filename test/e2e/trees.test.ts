import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Inspected } from '../support/engines/container';
import { startDocker, type Docker } from '../support/engines/docker';
import { skipWithout } from '../support/engines/requirements';
import { attempt } from './support/deadline';
import { insist } from './support/insist';
import { Views } from './support/views';
import { openSession, type Session } from './support/workbench';

const container = (name: string, image: string): RegExp =>
  new RegExp(`^Container ${name}, Docker, ${image}, pid \\d+$`);

const web = container('web', 'nginx');
const box = container('box', 'busybox');
const process = (name: string, inside: string): RegExp =>
  new RegExp(`^Process ${name}, pid \\d+ on the host, ${inside} inside$`);

/** Each step stands on the one before, as a user's do. */
describe('trees', { skip: skipWithout('dockerd', 'busybox') }, () => {
  let docker: Docker;
  let session: Session;
  let views: Views;
  let nginx: Inspected;
  const step = (name: string, work: () => Promise<void>): void => {
    test(name, () => session.workbench.step(work));
  };

  before(async () => {
    docker = await startDocker();
    nginx = await docker.run({ name: 'web', image: 'nginx' });
    await docker.run({ name: 'box', image: 'busybox' });
    session = await openSession({ name: 'trees' });
    views = new Views(session.workbench.page);
  });

  after(async () => {
    await session.close();
    await docker.dispose();
  });

  step('the icon in the activity bar shows the host first, then its containers', async () => {
    await views.open();
    await views.containers.row(web).waitFor();
    await views.containers.row(box).waitFor();
    const first = await views.containers.rows.first().getAttribute('aria-label');
    assert.match(first ?? '', /^Host \S+, \d+ processes$/);
    await session.workbench.look('1-first');
  });

  step('a container unfolds to its processes, namespaces and rights', async () => {
    const { containers } = views;
    await views.only(containers);
    await containers.expand(web, /^Processes: \d+$/);
    // only one container is unfolded, so these names mean its groups
    await containers.expand(/^Processes: \d+$/, process('nginx', '1'));
    await containers.expand(process('nginx', '1'), process('nginx', '\\d+'));
    await containers.expand(/^Namespaces: /, /^net namespace \d+, own$/);
    await containers.row(/^time namespace \d+, shared with the host$/).waitFor();
    await containers.expand('Rights', 'NoNewPrivs: no');
    await containers.row('Effective capabilities: the 14 of Docker’s default').waitFor();
    await session.workbench.look('2-unfolded');
  });

  step('its tooltip shows the six bricks', async () => {
    const hover = (): Promise<string> =>
      views.containers.hover(web, 'Docker · nginx', 'Isolated from the host by');
    const text = await hover();
    for (const brick of [
      'Namespaces',
      'Cgroup',
      'User mapping',
      'Seccomp',
      'Root filesystem',
      'Capabilities',
    ]) {
      assert.match(text, new RegExp(`${brick}: \\S`));
    }
    await session.workbench.look('3-tooltip', hover);
  });

  step('a namespace is revealed in its view, and its container back', async () => {
    const { containers, namespaces } = views;
    const name = await containers.row(/^net namespace \d+, own$/).getAttribute('aria-label');
    const inode = /\d+/.exec(name ?? '')?.[0] ?? assert.fail(`no inode in ${String(name)}`);
    await containers.inline(/^net namespace \d+, own$/, 'Reveal in Namespaces', () =>
      namespaces.untilSelected(new RegExp(`^net namespace ${inode}: \\d+ processes, .*web$`)),
    );
    await session.workbench.look('4-namespace');
    await containers.collapse(web);
    await namespaces.inline(new RegExp(`^net namespace ${inode}: `), 'Reveal in Containers', () =>
      containers.untilSelected(web),
    );
  });

  step('the cgroup bears the name of its container', async () => {
    const { containers, cgroups } = views;
    await containers.menu(web, 'Reveal in Cgroups', () =>
      cgroups.untilSelected(new RegExp(`^Cgroup ${nginx.id.slice(0, 12)}…, web`)),
    );
    await session.workbench.look('5-cgroup');
  });

  step('a file of /proc opens, to be read only', async () => {
    const { containers } = views;
    await views.only(containers);
    await containers.expand(web, /^Processes: \d+$/);
    await containers.expand(/^Processes: \d+$/, process('nginx', '1'));
    await containers.inline(process('nginx', '1'), 'Open File of /proc…', () =>
      views.input.waitFor(attempt),
    );
    await views.choose('status');
    await views.tab('status').waitFor();
    await insist('the text of the file', async () => {
      assert.match(await views.editorText(), /Name:\s+nginx\n/);
    });
    await views.page.locator('.editor-instance .view-line').first().click();
    await views.page.keyboard.type('x');
    await views.page.locator('.monaco-editor-overlaymessage', { hasText: 'read-only' }).waitFor();
    assert.match(await views.editorText(), /^Name:\s+nginx\n/);
    await session.workbench.look('6-file');
  });

  step('the pid of a container is copied', async () => {
    await views.containers.menu(web, 'Copy PID', () =>
      session.workbench.untilCopied(`${nginx.pid}`),
    );
  });

  step('a filter narrows the view, says so, and is cleared', async () => {
    const { containers } = views;
    await containers.title('Filter Containers…');
    await views.input.fill('web');
    await containers.row(box).waitFor({ state: 'hidden' });
    await containers.row(web).waitFor();
    await views.page.keyboard.press('Enter');
    await containers.message.filter({ hasText: 'Filter: web' }).waitFor();
    await session.workbench.look('7-filter');
    await containers.title('Clear Filter of Containers');
    await containers.row(box).waitFor();
    await containers.message.filter({ hasText: 'Filter' }).waitFor({ state: 'hidden' });
  });

  step('a filter that nothing matches is explained, with a button', async () => {
    const { containers } = views;
    await containers.title('Filter Containers…');
    await views.input.fill('no such thing');
    await views.page.keyboard.press('Enter');
    await containers.welcome.filter({ hasText: 'Nothing matches the filter.' }).waitFor();
    await session.workbench.look('8-no-match');
    await containers.welcome.getByRole('button', { name: 'Clear Filter' }).click();
    await containers.row(web).waitFor();
  });

  step('a container that ends vanishes; the rest stays unfolded and selected', async () => {
    const { containers } = views;
    await containers.collapse(web);
    await containers.expand(box, /^Processes: \d+$/);
    await containers.expand(/^Processes: \d+$/, process('sleep', '1'));
    await containers.select(process('sleep', '1'));
    await docker.remove('web');
    await containers.row(web).waitFor({ state: 'hidden' });
    await containers.row(process('sleep', '1')).waitFor();
    assert.match(
      (await containers.selected.first().getAttribute('aria-label')) ?? '',
      process('sleep', '1'),
    );
  });

  step('a container that starts appears', async () => {
    const { containers } = views;
    await docker.run({ name: 'late', image: 'busybox' });
    await containers.row(container('late', 'busybox')).waitFor();
    await containers.row(process('sleep', '1')).waitFor();
    await session.workbench.look('9-late');
  });

  step('every row has a name for those who cannot see it', async () => {
    for (const view of [views.containers, views.namespaces, views.cgroups]) {
      await views.only(view);
      await view.rows.first().waitFor();
      const names = await view.rows.evaluateAll((rows) =>
        rows.map((row) => row.getAttribute('aria-label')),
      );
      assert.ok(names.length > 0);
      assert.deepEqual(
        names.filter((name) => name === null || name.trim() === ''),
        [],
      );
    }
  });
});
