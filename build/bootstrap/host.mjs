import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const minimumNode = 20;

/** The oldest thing that can be wrong is said first, in one sentence each. */
export function checkHost() {
  if (process.platform !== 'linux') {
    throw new Error(
      `this needs Linux, for namespaces and cgroups are its kernel's; here is ${process.platform}. ` +
        'Connect VS Code to a Linux host (Remote-SSH, WSL, a VM) and run it there.',
    );
  }
  if (Number(process.versions.node.split('.')[0]) < minimumNode) {
    throw new Error(
      `this needs Node.js ${minimumNode} or newer; here is ${process.versions.node}.`,
    );
  }
}

/** The file a command name stands for, looked up as execvp(3) does. */
export function which(command, env = process.env) {
  const system = ['/usr/sbin', '/sbin'];
  for (const directory of [...(env.PATH ?? '').split(delimiter).filter(Boolean), ...system]) {
    if (existsSync(join(directory, command))) return join(directory, command);
  }
  return undefined;
}

/** `ID` and `ID_LIKE` of os-release(5). */
export function distribution(file = '/etc/os-release') {
  const ids = { ID: 'linux', ID_LIKE: '' };
  if (!existsSync(file)) return [ids.ID];
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const match = /^(ID|ID_LIKE)="?([^"]*)"?$/.exec(line);
    if (match) ids[match[1]] = match[2];
  }
  return [ids.ID, ...ids.ID_LIKE.split(' ')].filter(Boolean);
}
