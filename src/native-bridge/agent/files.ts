import { lstatSync, readlinkSync } from 'node:fs';
import { namespaceTypes } from '../../model/ids';
import type { AgentResult, ReadFileParams } from '../../protocol/agent';
import type { Hierarchy } from '../reader/hierarchies';
import { errnoOf } from '../reader/procText';
import { readCapped, TooSlow, within } from './cappedRead';
import { CgroupDir } from './cgroupDir';
import { failure, failureOf } from './failures';
import { startOf } from './processIdentity';

const maxFile = 1_048_576;
const timeoutMs = 5000;

/** Files below /proc/PID that only tell; proc(5). None of them is a link into another tree. */
const processFiles: ReadonlySet<string> = new Set([
  'attr/current',
  'cgroup',
  'cmdline',
  'comm',
  'environ',
  'gid_map',
  'io',
  'limits',
  'loginuid',
  'maps',
  'mountinfo',
  'mounts',
  'net/dev',
  'net/route',
  'net/tcp',
  'net/tcp6',
  'net/udp',
  'net/unix',
  'oom_score',
  'oom_score_adj',
  'personality',
  'projid_map',
  'sched',
  'schedstat',
  'sessionid',
  'setgroups',
  'smaps_rollup',
  'stack',
  'stat',
  'status',
  'syscall',
  'timens_offsets',
  'uid_map',
  'wchan',
]);
/** Not a file: the links of /proc/PID/ns, one a line. */
const namespaceList = 'ns-list';

type FileText = AgentResult<'file/read'>;

/** Text of one kernel file, or the names there are to ask for. */
export async function readFile(
  hierarchies: readonly Hierarchy[],
  params: ReadFileParams,
): Promise<FileText> {
  try {
    switch (params.of) {
      case 'process':
        return await ofProcess(params, () => readProcessFile(params.pid, params.name));
      case 'process-list':
        return await ofProcess(params, () => Promise.resolve(listProcessFiles(params.pid)));
      case 'cgroup':
        return inCgroup(hierarchies, params.cgroup, (dir) => dir.read(params.name, maxFile + 1));
      case 'cgroup-list':
        return inCgroup(hierarchies, params.cgroup, (dir) => Buffer.from(dir.list().join('\n')));
    }
  } catch (error) {
    if (error instanceof TooSlow) throw failure('Unsupported', `${error.message} does not answer`);
    throw failureOf(error, params.of);
  }
}

async function ofProcess(
  { pid, start }: { pid: number; start: number },
  read: () => Promise<FileText>,
): Promise<FileText> {
  const result = await read();
  if (startOf(pid) !== start) throw failure('Vanished', `process ${pid}`);
  return result;
}

async function readProcessFile(pid: number, name: string): Promise<FileText> {
  if (name === namespaceList) return { text: listNamespaces(pid), truncated: false };
  if (!processFiles.has(name)) throw failure('InvalidParams', 'not a file that is shown');
  const path = `/proc/${pid}/${name}`;
  const { bytes, truncated } = await within(timeoutMs, path, () => readCapped(path, maxFile));
  return asText(bytes, truncated);
}

function listNamespaces(pid: number): string {
  const names = [...namespaceTypes, 'pid_for_children', 'time_for_children'];
  const lines = names.map((name) => {
    try {
      return `${name} -> ${readlinkSync(`/proc/${pid}/ns/${name}`)}`;
    } catch (error) {
      const code = errnoOf(error);
      if (code === '') throw error;
      return `${name}: ${code}`;
    }
  });
  return `${lines.join('\n')}\n`;
}

function listProcessFiles(pid: number): FileText {
  const names = [...processFiles].filter((name) => exists(`/proc/${pid}/${name}`));
  return { text: [...names, namespaceList].sort().join('\n'), truncated: false };
}

function exists(path: string): boolean {
  try {
    lstatSync(path);
    return true;
  } catch (error) {
    if (errnoOf(error) !== '') return false;
    throw error;
  }
}

function inCgroup(
  hierarchies: readonly Hierarchy[],
  ref: { hierarchy: number; path: string },
  read: (dir: CgroupDir) => Buffer,
): FileText {
  const dir = new CgroupDir(hierarchies, ref);
  try {
    const bytes = read(dir);
    return asText(bytes.subarray(0, maxFile), bytes.length > maxFile);
  } finally {
    dir.close();
  }
}

/** Bytes that are not UTF-8 become U+FFFD, which can only make the text shorter than its cap. */
const asText = (bytes: Buffer, truncated: boolean): FileText => ({
  text: bytes.toString('utf8'),
  truncated,
});
