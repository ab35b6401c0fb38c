import { ResponseError } from 'vscode-jsonrpc/node';
import type { AgentParams, AgentResult, CgroupFiles } from '../../protocol/agent';
import { AgentErrorCode } from '../../protocol/agent';
import type { Hierarchy } from '../reader/hierarchies';
import { errnoOf } from '../reader/procText';
import { Slices } from '../reader/slices';
import { CgroupDir } from './cgroupDir';
import { gapOf } from './gaps';

const maxFile = 65_536;
/** Members, switches, long tables, and files that are only written to. */
const leftOut =
  /^(tasks|notify_on_release|cgroup\.(procs|threads|kill|clone_children|sane_behavior|event_control|pressure)|.*(numa_stat|slabinfo|force_empty|reclaim|move_charge_at_immigrate|pressure_level)|memory\.kmem\..*|cpuacct\.usage_.*)$/;

/** The small files of each cgroup: limits, usage, pressure. */
export async function readCgroups(
  hierarchies: readonly Hierarchy[],
  { cgroups }: AgentParams<'cgroups/read'>,
): Promise<AgentResult<'cgroups/read'>> {
  const slices = new Slices();
  const answers: CgroupFiles[] = [];
  for (const ref of cgroups) {
    answers.push(readOne(hierarchies, ref));
    if (slices.usedUp) await slices.pause();
  }
  return { cgroups: answers };
}

function readOne(
  hierarchies: readonly Hierarchy[],
  ref: { hierarchy: number; path: string },
): CgroupFiles {
  let dir: CgroupDir;
  try {
    dir = new CgroupDir(hierarchies, ref);
  } catch (error) {
    const isGone = error instanceof ResponseError && error.code === AgentErrorCode.Vanished;
    const gap = isGone
      ? ({ kind: 'vanished' } as const)
      : gapOf(error, ref.path, 'CAP_DAC_READ_SEARCH');
    return { ...ref, files: {}, gap };
  }
  try {
    const files: Record<string, string> = {};
    for (const name of dir.list()) {
      const text = leftOut.test(name) ? undefined : readFact(dir, name);
      if (text !== undefined) files[name] = text;
    }
    return { ...ref, files };
  } finally {
    dir.close();
  }
}

/** Undefined: write-only, not for this cgroup (EINVAL, EOPNOTSUPP), not for us, or gone meanwhile. */
function readFact(dir: CgroupDir, name: string): string | undefined {
  try {
    return dir.read(name, maxFile).toString('latin1');
  } catch (error) {
    if (errnoOf(error) !== '') return undefined;
    throw error;
  }
}
