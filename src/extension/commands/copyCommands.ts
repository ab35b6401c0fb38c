import * as vscode from 'vscode';
import type { Picture } from '../../model/picture';
import type { Row } from '../../views/tree/row';
import type { CommandRegistry } from './register';
import { targetOf, type Target } from './subjects';

type Copied = (picture: Picture, target: Target) => string | undefined;

const copyName: Copied = (_picture, target) => {
  switch (target.kind) {
    case 'container':
      return target.container.name;
    case 'process':
      return target.process.comm;
    case 'namespace':
      return `${target.namespace.type}:[${target.namespace.inode}]`;
    case 'cgroup':
      return target.cgroup.path.slice(target.cgroup.path.lastIndexOf('/') + 1);
  }
};

/** The engine's id, or the inode by which the kernel's own tools name a namespace or a cgroup. */
const copyId: Copied = (_picture, target) => {
  switch (target.kind) {
    case 'container':
      return target.container.id;
    case 'process':
      return `${target.process.pid}`;
    case 'namespace':
      return `${target.namespace.inode}`;
    case 'cgroup':
      return `${target.cgroup.inode}`;
  }
};

const copyPid: Copied = (picture, target) => {
  switch (target.kind) {
    case 'container':
      return target.container.main?.toString();
    case 'process':
      return `${target.process.pid}`;
    case 'namespace':
      return picture.members(target.namespace.key).processes[0]?.toString();
    case 'cgroup':
      return picture.processesIn(target.cgroup.key)[0]?.pid.toString();
  }
};

/** Paths that a shell on this host can open. */
const copyPath: Copied = (picture, target) => {
  switch (target.kind) {
    case 'container':
      return target.container.main === undefined ? undefined : `/proc/${target.container.main}`;
    case 'process':
      return `/proc/${target.process.pid}`;
    case 'namespace': {
      const [first] = picture.members(target.namespace.key).processes;
      return first === undefined ? undefined : `/proc/${first}/ns/${target.namespace.type}`;
    }
    case 'cgroup': {
      const hierarchy = picture.snapshot.hierarchies[target.cgroup.hierarchy];
      if (!hierarchy) return undefined;
      return `${hierarchy.mountPoint}${target.cgroup.path === '/' ? '' : target.cgroup.path}`;
    }
  }
};

export function registerCopyCommands(commands: CommandRegistry, picture: () => Picture): void {
  const copy = (copied: Copied) => async (row?: Row) => {
    const target = row && targetOf(picture(), row);
    const text = target && copied(picture(), target);
    if (text !== undefined) await vscode.env.clipboard.writeText(text);
  };
  commands.add('containerInternals.copyName', copy(copyName));
  commands.add('containerInternals.copyId', copy(copyId));
  commands.add('containerInternals.copyPid', copy(copyPid));
  commands.add('containerInternals.copyPath', copy(copyPath));
}
