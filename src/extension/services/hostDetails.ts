import type { LogOutputChannel } from 'vscode';
import { effectiveLimits, type EffectiveLimits } from '../../model/cgroups/limits';
import { joinUsage, type CgroupUsage } from '../../model/cgroups/usage';
import type { CgroupKey } from '../../model/ids';
import type { Container, Picture } from '../../model/picture';
import { parseIdMap, type IdRange } from '../../model/procfs/idMap';
import type { Cgroup, Process } from '../../model/snapshot';
import type { CardFacts } from '../../model/text/isolationCard';
import type { DetailSource } from '../../views/source';
import type { HostService } from './hostService';
import type { UsageReader } from './usageReader';

/** What costs a request and is asked only for the row that is hovered or shown. */
export class HostDetails implements DetailSource {
  constructor(
    private readonly host: HostService,
    private readonly reader: UsageReader,
    private readonly log: LogOutputChannel,
  ) {}

  usage(cgroup: Cgroup): CgroupUsage | undefined {
    return this.reader.usage(cgroup);
  }

  async cmdline({ pid, start }: Process): Promise<readonly string[] | undefined> {
    const answer = await this.#try('process/details', () =>
      this.host.request('process/details', { processes: [{ pid, start }] }),
    );
    const [details] = answer?.processes ?? [];
    return details && !details.gap ? details.cmdline : undefined;
  }

  async cardFacts(picture: Picture, container: Container): Promise<CardFacts> {
    const main =
      container.main === undefined ? undefined : picture.snapshot.processes.get(container.main);
    const [limits, uidMap] = await Promise.all([
      this.#try('limits', () => this.#limits(picture, container, main)),
      main && this.#try('uid_map', () => this.#uidMap(main)),
    ]);
    return { limits, uidMap };
  }

  /** Limits of all that is above a container count as well, so each ancestor is read. */
  async #limits(
    picture: Picture,
    container: Container,
    main: Process | undefined,
  ): Promise<EffectiveLimits<unknown> | undefined> {
    const { cgroups } = picture.snapshot;
    const own = container.cgroups
      .map((key) => cgroups.get(key))
      .filter((cgroup) => cgroup !== undefined);
    const starts = own.length > 0 ? own : main ? picture.cgroupsOf(main) : [];
    const chains = starts.map((start) => ancestors(cgroups, start));
    const usage = await this.reader.readNow(chains.flat());
    const depth = Math.max(0, ...chains.map((chain) => chain.length));
    const levels = Array.from({ length: depth }, (_, level) => {
      const here = chains.map((chain) => chain[level]).filter((cgroup) => cgroup !== undefined);
      const parts = here.map(({ key }) => usage.get(key)).filter((part) => part !== undefined);
      return { where: here[0]?.key, usage: joinUsage(parts) };
    });
    return usage.size > 0 ? effectiveLimits(levels) : undefined;
  }

  async #uidMap({ pid, start }: Process): Promise<readonly IdRange[]> {
    const { text } = await this.host.request('file/read', {
      of: 'process',
      pid,
      start,
      name: 'uid_map',
    });
    return parseIdMap(text);
  }

  /** A tooltip says less when something cannot be read, and never fails. */
  async #try<T>(what: string, read: () => Promise<T>): Promise<T | undefined> {
    try {
      return await read();
    } catch (error) {
      this.log.debug(`${what}: ${String(error)}`);
      return undefined;
    }
  }
}

function ancestors(cgroups: ReadonlyMap<CgroupKey, Cgroup>, start: Cgroup): Cgroup[] {
  const chain: Cgroup[] = [];
  let at: Cgroup | undefined = start;
  while (at) {
    chain.push(at);
    at = at.parent === undefined ? undefined : cgroups.get(at.parent);
  }
  return chain;
}
