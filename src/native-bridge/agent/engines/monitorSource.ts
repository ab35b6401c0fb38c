import { constants, fstatSync } from 'node:fs';
import type { MonitorSource } from '../../../model/engines/definition';
import type { Gap } from '../../../model/outcome';
import type { EngineContainerFacts } from '../../../model/picture';
import type { EngineAnswer } from '../../../protocol/agent';
import { isVanished } from '../../reader/procText';
import { closeFd, mapLimit, openFlags, readAll, readCapped, within } from '../cappedRead';
import { splitWords } from '../details';
import { gapOf } from '../gaps';
import { startOf } from '../processIdentity';
import { answerOf, type EngineLimits } from './answers';
import type { OpenInRoot } from './inRoot';
import type { NamedProcess } from './processes';

const maxFiles = 4;
const maxCmdline = 65_536;
const atOnce = 8;

/** Asks the command lines of the monitor processes, and the files they name. */
export async function readMonitors(
  engine: string,
  source: MonitorSource,
  processes: readonly NamedProcess[],
  openInRoot: OpenInRoot,
  limits: EngineLimits,
): Promise<EngineAnswer[]> {
  const monitors = processes.filter(({ comm }) => comm === source.comm);
  if (monitors.length === 0) return [];
  const gaps: Gap[] = [];
  const found = await mapLimit(monitors, atOnce, (monitor) =>
    readMonitor(source, monitor, openInRoot, limits, gaps),
  );
  const containers = found.filter((facts) => facts !== undefined);
  return [answerOf(engine, source.comm, containers, gaps)];
}

async function readMonitor(
  source: MonitorSource,
  monitor: NamedProcess,
  openInRoot: OpenInRoot,
  limits: EngineLimits,
  gaps: Gap[],
): Promise<EngineContainerFacts | undefined> {
  const path = `/proc/${monitor.pid}/cmdline`;
  try {
    const { bytes } = await within(limits.timeoutMs, path, () => readCapped(path, maxCmdline));
    if (startOf(monitor.pid) !== monitor.start) return undefined;
    const argv = splitWords(bytes);
    const files = new Map<string, string>();
    for (const name of source.files(argv).slice(0, maxFiles)) {
      const text = await readOwnFile(monitor, name, openInRoot, limits, gaps);
      if (text !== undefined) files.set(name, text);
    }
    const outcome = source.parse(argv, files);
    gaps.push(...outcome.gaps);
    return outcome.value;
  } catch (error) {
    if (!isVanished(error)) gaps.push(gapOf(error, path, 'root'));
    return undefined;
  }
}

/**
 * A file in the monitor's root. Anybody can start a process of that name with any words, so the
 * files of others than its own user are not read for it: we may be root, it need not be.
 */
async function readOwnFile(
  monitor: NamedProcess,
  path: string,
  openInRoot: OpenInRoot,
  limits: EngineLimits,
  gaps: Gap[],
): Promise<string | undefined> {
  try {
    // All of it counts: a file system that the container serves may hang at every call.
    return await within(limits.timeoutMs, `${monitor.pid} ${path}`, async () => {
      const flags = openFlags | constants.O_NOCTTY;
      const fd = await openInRoot(monitor.pid, monitor.start, path, flags);
      return fd === undefined ? undefined : readAndClose(fd, monitor.uid, limits.maxBytes);
    });
  } catch (error) {
    if (!isVanished(error)) gaps.push(gapOf(error, path, 'root'));
    return undefined;
  }
}

async function readAndClose(
  fd: number,
  uid: number,
  maxBytes: number,
): Promise<string | undefined> {
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile() || (uid !== 0 && stat.uid !== uid)) return undefined;
    const { bytes, truncated } = await readAll(fd, maxBytes);
    return truncated ? undefined : bytes.toString('utf8');
  } finally {
    await closeFd(fd);
  }
}
