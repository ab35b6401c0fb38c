import { namespaceTypes, type CgroupKey, type NamespaceKey, type Pid } from '../../src/model/ids';
import type { Gap } from '../../src/model/outcome';
import type { Container, Picture } from '../../src/model/picture';
import type { Cgroup, Namespace } from '../../src/model/snapshot';
import { parseIdMap } from '../../src/model/procfs/idMap';
import { isolationCard } from '../../src/model/text/isolationCard';
import { shortId } from '../../src/model/text/ids';
import { safe } from '../../src/model/text/safe';

/** A picture as text for golden files: no pids, inodes or times. */
export function describePicture(picture: Picture, uidMapOf: (pid: Pid) => string): string {
  const { hidden } = picture;
  const lines = [
    'containers',
    ...picture.containers().flatMap((c) => containerLines(picture, c, uidMapOf)),
    '',
    'user namespaces',
    ...picture.userRoots().flatMap((n) => userLines(picture, n, 1)),
    '',
    'pid namespaces',
    ...picture
      .namespacesOfType('pid')
      .filter((n) => n.parent === undefined)
      .flatMap((n) => pidLines(picture, n, 1)),
    '',
    'cgroups',
    ...picture.cgroupRoots().flatMap((c) => cgroupLines(picture, c, 1)),
    '',
    `hidden: processes ${hidden.processes}, namespaces ${hidden.namespaces}`,
  ];
  return `${lines.join('\n')}\n`;
}

export const describeGap = (gap: Gap): string =>
  gap.kind === 'malformed'
    ? `malformed ${gap.where.replaceAll(/\d+/g, 'N')}`
    : gap.kind === 'denied'
      ? `denied ${gap.needs}`
      : gap.kind;

function containerLines(
  picture: Picture,
  c: Container,
  uidMapOf: (pid: Pid) => string,
): readonly string[] {
  const parent = c.parent === undefined ? undefined : picture.container(c.parent);
  const uidMap = c.main === undefined ? undefined : parseIdMap(uidMapOf(c.main));
  const own = c.namespaces.filter((key) => !picture.isInitial(key)).map(typeOf);
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['id', c.id === undefined ? undefined : shortId(c.id)],
    ['image', c.image],
    ['command', c.command],
    ['inside', parent === undefined ? undefined : nameOf(parent)],
    ['main', c.main === undefined ? undefined : commOf(picture, c.main)],
    ['processes', c.processes.map((pid) => commOf(picture, pid)).join(' ')],
    ['own namespaces', own.join(' ')],
    ['cgroups', c.cgroups.map((key) => pathOf(picture, key)).join(' ')],
    [
      'isolation',
      isolationCard(picture, c, { uidMap })
        .map((b) => `${b.kind} ${b.level}`)
        .join(', '),
    ],
    ['gaps', c.gaps.map(describeGap).join(', ')],
  ];
  return [
    `  ${c.kind} ${nameOf(c)} ${c.state}`,
    ...facts.flatMap(([word, text]) =>
      text === undefined || text === '' ? [] : [`    ${word}: ${safe(text)}`],
    ),
  ];
}

const nameOf = (c: Container): string =>
  c.engine === undefined ? c.name : `${c.engine}/${safe(c.name)}`;

const typeOf = (key: NamespaceKey): string =>
  namespaceTypes.find((type) => key.startsWith(`${type}:`)) ?? key;

const commOf = (picture: Picture, pid: Pid): string =>
  safe(picture.snapshot.processes.get(pid)?.comm ?? '?');

const pathOf = (picture: Picture, key: CgroupKey): string => {
  const cgroup = picture.snapshot.cgroups.get(key);
  return cgroup === undefined ? '?' : shortPath(cgroup.path);
};

const shortPath = (path: string): string =>
  safe(
    path.replaceAll(/[0-9a-f]{64}/g, (id) => `${shortId(id)}…`),
    1024,
  );

function membersText(picture: Picture, n: Namespace): string {
  const { processes, containers } = picture.members(n.key);
  const names = containers.map((key) => picture.container(key)).map((c) => (c ? nameOf(c) : '?'));
  return `${processes.length} processes of ${names.join(', ') || 'nobody'}`;
}

function userLines(picture: Picture, n: Namespace, depth: number): readonly string[] {
  const indent = '  '.repeat(depth);
  return [
    `${indent}${picture.isInitial(n.key) ? 'initial' : 'own'}: ${membersText(picture, n)}`,
    ...picture
      .ownedBy(n.key)
      .filter((owned) => !picture.isInitial(owned.key))
      .map((owned) => `${indent}  owns ${owned.type}: ${membersText(picture, owned)}`),
    ...picture.childNamespaces(n.key).flatMap((child) => userLines(picture, child, depth + 1)),
  ];
}

function pidLines(picture: Picture, n: Namespace, depth: number): readonly string[] {
  return [
    `${'  '.repeat(depth)}${picture.isInitial(n.key) ? 'initial' : 'own'}: ${membersText(picture, n)}`,
    ...picture.childNamespaces(n.key).flatMap((child) => pidLines(picture, child, depth + 1)),
  ];
}

function cgroupLines(picture: Picture, c: Cgroup, depth: number): readonly string[] {
  const hierarchy = picture.snapshot.hierarchies[c.hierarchy];
  const name =
    c.path === '/'
      ? `${hierarchy?.version === 2 ? 'v2' : (hierarchy?.controllers.join(',') ?? '?')} /`
      : shortPath(c.path.slice(c.path.lastIndexOf('/') + 1));
  const containers = picture.containersAt(c.key).map((x) => ` [${nameOf(x)}]`);
  const count = picture.processesIn(c.key).length;
  return [
    `${'  '.repeat(depth)}${name}${containers.join('')}: ${count}`,
    ...picture.childCgroups(c.key).flatMap((child) => cgroupLines(picture, child, depth + 1)),
  ];
}
