import type { Disposable, LogOutputChannel } from 'vscode';
import { parseUsage, type CgroupUsage } from '../../model/cgroups/usage';
import type { CgroupKey } from '../../model/ids';
import type { Cgroup } from '../../model/snapshot';
import type { AgentParams, AgentResult } from '../../protocol/agent';

export type ReadCgroups = (
  params: AgentParams<'cgroups/read'>,
) => Promise<AgentResult<'cgroups/read'>>;

/** Rows drawn together ask together. */
const gatherMs = 30;
/** How long a figure counts as the present one. */
const freshMs = 2_000;
/** As many as one request may name. */
const batch = 512;

interface Known {
  readonly usage: CgroupUsage;
  readonly text: string;
  readonly at: number;
}

/**
 * Usage of the cgroups that are shown. Who draws a row asks; that orders one reading, after which the rows are
 * drawn anew and so ask again: what is shown is read every two seconds, and nothing else ever is.
 */
export class UsageReader implements Disposable {
  #known = new Map<CgroupKey, Known>();
  #frozen: ReadonlySet<CgroupKey> = new Set();
  #wanted = new Map<CgroupKey, Cgroup>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #due = Infinity;
  #reading = false;
  #active = false;

  constructor(
    private readonly read: ReadCgroups,
    private readonly onChange: (what: 'figures' | 'frozen') => void,
    private readonly log: LogOutputChannel,
  ) {}

  set active(active: boolean) {
    this.#active = active;
    if (active && this.#wanted.size > 0) this.#schedule(gatherMs);
    else if (!active) this.#stop();
  }

  /** Cgroups last seen frozen. */
  get frozen(): ReadonlySet<CgroupKey> {
    return this.#frozen;
  }

  usage(cgroup: Cgroup): CgroupUsage | undefined {
    const known = this.#known.get(cgroup.key);
    this.#wanted.set(cgroup.key, cgroup);
    const age = known ? performance.now() - known.at : freshMs;
    this.#schedule(Math.max(gatherMs, freshMs - age));
    return known?.usage;
  }

  /** Reads some now, whether shown or not. */
  async readNow(cgroups: readonly Cgroup[]): Promise<ReadonlyMap<CgroupKey, CgroupUsage>> {
    const result = new Map<CgroupKey, CgroupUsage>();
    for (let from = 0; from < cgroups.length; from += batch) {
      const part = cgroups.slice(from, from + batch);
      const answer = await this.read({
        cgroups: part.map(({ hierarchy, path }) => ({ hierarchy, path })),
      });
      answer.cgroups.forEach(({ files, gap }, index) => {
        const cgroup = part[index];
        if (cgroup && !gap) result.set(cgroup.key, parseUsage(files));
      });
    }
    return result;
  }

  dispose(): void {
    this.#stop();
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#due = Infinity;
  }

  #schedule(ms: number): void {
    const due = performance.now() + ms;
    if (!this.#active || due >= this.#due) return;
    clearTimeout(this.#timer);
    this.#due = due;
    this.#timer = setTimeout(() => void this.#run(), ms);
  }

  async #run(): Promise<void> {
    this.#due = Infinity;
    if (this.#reading) {
      this.#schedule(gatherMs);
      return;
    }
    this.#reading = true;
    const wanted = [...this.#wanted.values()];
    this.#wanted = new Map();
    try {
      this.#keep(await this.readNow(wanted), wanted);
    } catch (error) {
      // no figures are better than old ones that look new; the agent's own state is told elsewhere
      this.log.debug(`cgroups/read: ${String(error)}`);
      const had = this.#known.size > 0;
      this.#known.clear();
      if (had) this.onChange('figures');
    } finally {
      this.#reading = false;
    }
  }

  #keep(read: ReadonlyMap<CgroupKey, CgroupUsage>, wanted: readonly Cgroup[]): void {
    const at = performance.now();
    const known = new Map<CgroupKey, Known>();
    let changed = false;
    for (const { key } of wanted) {
      const usage = read.get(key);
      const text = usage && JSON.stringify(usage);
      if (text !== this.#known.get(key)?.text) changed = true;
      if (usage && text !== undefined) known.set(key, { usage, text, at });
    }
    this.#known = known;
    const frozen = [...known].filter(([, { usage }]) => usage.frozen).map(([key]) => key);
    const before = this.#frozen;
    const same = frozen.length === before.size && frozen.every((key) => before.has(key));
    if (!same) this.#frozen = new Set(frozen);
    if (changed) this.onChange(same ? 'figures' : 'frozen');
    else {
      // nothing is drawn anew, so nothing asks: keep these in view
      for (const cgroup of wanted) this.#wanted.set(cgroup.key, cgroup);
      if (wanted.length > 0) this.#schedule(freshMs);
    }
  }
}
