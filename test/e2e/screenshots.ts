import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../support/agent';
import { startDocker, type Docker } from '../support/engines/docker';
import { startUnshare } from '../support/engines/unshare';
import { attempt } from './support/deadline';
import { insist } from './support/insist';
import { Views } from './support/views';
import { openSession } from './support/workbench';

/** Makes the pictures of README.md: `npx tsx test/e2e/screenshots.ts`, on a host on which nothing else runs. */
async function main(): Promise<void> {
  const docker = await startDocker();
  try {
    await docker.run({ name: 'web', image: 'nginx' });
    await docker.run({
      name: 'cache',
      image: 'busybox',
      hostConfig: { ReadonlyRootfs: true, CapDrop: ['ALL'], SecurityOpt: ['no-new-privileges'] },
    });
    await photograph(docker);
  } finally {
    await docker.dispose();
  }
}

async function photograph({ scope }: Docker): Promise<void> {
  const own = ['--pid', '--fork', '--mount-proc', '--uts'];
  await startUnshare(scope, own, own);
  const viewport = { width: 1200, height: 800 };
  const session = await openSession({ name: 'readme', viewport });
  try {
    const views = new Views(session.workbench.page);
    const { containers } = views;
    const web = /^Container web, Docker, nginx, pid \d+$/;
    const master = /^Process nginx, pid \d+ on the host, 1 inside$/;
    await views.open();
    await views.widen(400);
    await views.only(containers);
    await containers.expand(web, /^Processes: \d+$/);
    await containers.expand(/^Processes: \d+$/, master);
    await containers.expand(/^Namespaces: /, /^net namespace \d+, own$/);
    await containers.inline(master, 'Open File of /proc…', () => views.input.waitFor(attempt));
    await views.choose('status');
    await views.tab('status').waitFor();
    await containers.expand(/^Container sh, /, /^Container cat, /);
    await insist('the tooltip beside the rows', async () => {
      await views.page.mouse.move(800, 700);
      await containers.row(web).hover({ ...attempt, position: { x: 330, y: 11 } });
      const tooltip = views.page.locator('.monaco-hover:visible', { hasText: 'Docker · nginx' });
      await tooltip.filter({ hasText: 'Isolated from the host by' }).waitFor(attempt);
    });
    const directory = join(repository, 'media/screenshots');
    mkdirSync(directory, { recursive: true });
    const path = join(directory, 'trees-dark.png');
    await session.workbench.page.screenshot({ path, animations: 'disabled' });
  } finally {
    await session.close();
  }
}

void main();
