import * as vscode from 'vscode';
import type { Picture } from '../../model/picture';
import type { Cgroup, Process } from '../../model/snapshot';
import { safe } from '../../model/text/safe';
import type { ReadFileParams } from '../../protocol/agent';
import type { KernelFiles } from '../../views/files/kernelFiles';
import type { CommandRegistry } from './register';
import { GoneError, pickCgroup, pickProcess, targetOf, type Target } from './subjects';

export interface FileLists {
  /** Names of the files that can be read, one a line. */
  list(params: ReadFileParams): Promise<readonly string[]>;
}

/** Opens text of the kernel, read-only. */
export function registerFileCommands(
  commands: CommandRegistry,
  files: KernelFiles,
  lists: FileLists,
  picture: () => Picture,
): void {
  commands.add('containerInternals.openProcFile', async (row) => {
    const process = await processOf(picture(), row && targetOf(picture(), row));
    if (!process) return;
    const { pid, start } = process;
    const name = await pickName(
      vscode.l10n.t('File of process {0} ({1})', safe(process.comm), pid),
      lists.list({ of: 'process-list', pid, start }),
    );
    if (name === undefined) return;
    await show(files.uri(`/proc/${pid}/${name}`, { of: 'process', pid, start, name }));
  });

  commands.add('containerInternals.openCgroupFile', async (row) => {
    const cgroup = await cgroupOf(picture(), row && targetOf(picture(), row));
    if (!cgroup) return;
    const reference = { hierarchy: cgroup.hierarchy, path: cgroup.path };
    const name = await pickName(
      vscode.l10n.t('File of cgroup {0}', safe(cgroup.path)),
      lists.list({ of: 'cgroup-list', cgroup: reference }),
    );
    if (name === undefined) return;
    const mountPoint = picture().snapshot.hierarchies[cgroup.hierarchy]?.mountPoint ?? '';
    const directory = cgroup.path === '/' ? '' : cgroup.path;
    await show(
      files.uri(`${mountPoint}${directory}/${name}`, { of: 'cgroup', cgroup: reference, name }),
    );
  });
}

async function processOf(
  picture: Picture,
  target: Target | undefined,
): Promise<Process | undefined> {
  switch (target?.kind) {
    case 'process':
      return target.process;
    case 'container': {
      const { main, name } = target.container;
      const process = main === undefined ? undefined : picture.snapshot.processes.get(main);
      if (!process) throw new GoneError(name);
      return process;
    }
    default:
      return pickProcess(picture);
  }
}

async function cgroupOf(picture: Picture, target: Target | undefined): Promise<Cgroup | undefined> {
  switch (target?.kind) {
    case 'cgroup':
      return target.cgroup;
    case 'container':
      return pickCgroup(
        picture,
        target.container.cgroups
          .map((key) => picture.snapshot.cgroups.get(key))
          .filter((cgroup) => cgroup !== undefined),
      );
    default:
      return pickCgroup(picture, [...picture.snapshot.cgroups.values()]);
  }
}

async function pickName(
  title: string,
  names: Promise<readonly string[]>,
): Promise<string | undefined> {
  return vscode.window.showQuickPick(names, { title });
}

async function show(uri: vscode.Uri): Promise<void> {
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document, { preview: true });
}
