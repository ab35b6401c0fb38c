import { constants, fstatSync, readlinkSync } from 'node:fs';
import { readdir, realpath } from 'node:fs/promises';
import type { StateSource } from '../../../model/engines/definition';
import type { Gap } from '../../../model/outcome';
import type { EngineContainerFacts } from '../../../model/picture';
import type { EngineAnswer } from '../../../protocol/agent';
import { errnoOf, isVanished } from '../../reader/procText';
import { closeFd, mapLimit, openFd, openFlags, readAll, within } from '../cappedRead';
import { gapOf } from '../gaps';
import { answerOf, unreachable, type EngineLimits } from './answers';

const atOnce = 8;
const maxContainers = 10_000;

/** Reads the state directories of one engine; a root that does not exist is no answer. */
export async function readState(
  engine: string,
  source: StateSource,
  limits: EngineLimits,
): Promise<EngineAnswer[]> {
  const answers = await Promise.all(
    source.roots.map((root) => readRoot(engine, source, root, limits)),
  );
  return answers.filter((answer) => answer !== undefined);
}

async function readRoot(
  engine: string,
  source: StateSource,
  root: string,
  limits: EngineLimits,
): Promise<EngineAnswer | undefined> {
  const gaps: Gap[] = [];
  try {
    const { real, ids } = await within(limits.timeoutMs, root, async () => ({
      real: await realpath(root),
      ids: await readdir(root),
    }));
    const found = await mapLimit(ids.slice(0, maxContainers), atOnce, (id) =>
      readContainer(source, `${real}/${id}/${source.file}`, id, limits, gaps),
    );
    const containers = found.filter((facts) => facts !== undefined);
    return answerOf(engine, root, containers, gaps);
  } catch (error) {
    if (isVanished(error)) return undefined;
    return answerOf(engine, root, [], [gapOf(error, root, 'root')]);
  }
}

async function readContainer(
  source: StateSource,
  path: string,
  id: string,
  limits: EngineLimits,
  gaps: Gap[],
): Promise<EngineContainerFacts | undefined> {
  try {
    const text = await within(limits.timeoutMs, path, () => readRegular(path, limits.maxBytes));
    if (text === undefined) {
      gaps.push(unreachable(path, 'not a plain file, or too large'));
      return undefined;
    }
    const outcome = source.parse(id, text);
    gaps.push(...outcome.gaps);
    return outcome.value;
  } catch (error) {
    // A container that comes or goes, or an entry that is none.
    if (!isVanished(error) && errnoOf(error) !== 'ENOTDIR') gaps.push(gapOf(error, path, 'root'));
    return undefined;
  }
}

/** Undefined: the path leads over a link, or to what is no plain file, or there is too much. */
async function readRegular(path: string, maxBytes: number): Promise<string | undefined> {
  const fd = await openFd(path, openFlags | constants.O_NOCTTY);
  try {
    if (!fstatSync(fd).isFile() || readlinkSync(`/proc/self/fd/${fd}`) !== path) return undefined;
    const { bytes, truncated } = await readAll(fd, maxBytes);
    return truncated ? undefined : bytes.toString('utf8');
  } finally {
    await closeFd(fd);
  }
}
