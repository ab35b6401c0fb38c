import { cpSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RecordedCase } from '../support/recordedProc';

/**
 * Copies a case and breaks the copy as reality does, the newest processes first: a status cut in
 * the middle, a process that ended while it was read, namespaces without permission, lines that
 * are none, and an engine's answer cut off.
 */
export function breakCase(from: string, to: string): void {
  rmSync(to, { recursive: true, force: true });
  cpSync(from, to, { recursive: true });
  const edit = (name: string, change: (text: string) => string): void => {
    const path = join(to, name);
    writeFileSync(path, change(readFileSync(path, 'utf8')));
  };
  const cut = (text: string): string => text.slice(0, text.length / 2);
  const [first, second, third, fourth] = readdirSync(to)
    .filter((name) => /^\d+$/.test(name))
    .sort((a, b) => Number(b) - Number(a));
  const unreadable: Record<string, string> = {};
  if (first !== undefined) {
    edit(join(first, 'status'), cut);
    edit(join(first, 'cgroup'), (text) => `:::\n\u0001garbage\n7:x\n${text}`);
  }
  if (second !== undefined) {
    rmSync(join(to, second), { recursive: true });
    unreadable[second] = 'ESRCH';
  }
  if (third !== undefined) {
    edit(join(third, 'ns'), (text) => text.replace('pid:[', 'pid:<').replace('mnt:[', 'mnt:[x'));
  }
  if (fourth !== undefined) edit(join(fourth, 'stat'), cut);
  edit('case.json', (text) => {
    const recorded = JSON.parse(text) as RecordedCase;
    for (const answer of readdirSync(to).includes('engines')
      ? readdirSync(join(to, 'engines'))
      : []) {
      edit(join('engines', answer), cut);
    }
    const broken: RecordedCase = {
      ...recorded,
      how: `${recorded.how}; then broken by hand`,
      odd: [
        ...recorded.odd,
        'status cut, garbage in cgroup, a process that vanished, malformed links, stat cut, engine answers cut',
      ],
      unreadable: { ...recorded.unreadable, ...unreadable },
    };
    return `${JSON.stringify(broken, undefined, 2)}\n`;
  });
}
