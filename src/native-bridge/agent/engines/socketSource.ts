import { fstatSync, readlinkSync } from 'node:fs';
import type { SocketSource } from '../../../model/engines/definition';
import type { Gap } from '../../../model/outcome';
import type { EngineContainerFacts } from '../../../model/picture';
import type { EngineAnswer } from '../../../protocol/agent';
import { errnoOf, isVanished } from '../../reader/procText';
import { closeFd, mapLimit, openFd, within } from '../cappedRead';
import { gapOf } from '../gaps';
import { startOf } from '../processIdentity';
import { answerOf, unreachable, type EngineLimits } from './answers';
import { httpGet, NoAnswer } from './httpGet';
import type { OpenInRoot } from './inRoot';
import { listeningSockets, type NamedProcess } from './processes';

const atOnce = 8;
const maxInspected = 1000;
const maxDaemons = 16;
/** O_PATH, open(2): node names it nowhere. To hold a socket file without connecting to it. */
const pathOnly = 0o10_000_000;

interface Inspected {
  readonly facts: EngineContainerFacts;
  readonly start: number;
}

/** A socket file held open, so that what was checked is what is connected to. */
interface HeldSocket {
  readonly fd: number;
  readonly where: string;
  readonly key: string;
  /** Whose listening socket it is; undefined: one of the well-known places. */
  readonly daemon: NamedProcess | undefined;
}

interface Asked {
  readonly daemon: NamedProcess | undefined;
  readonly answer: EngineAnswer;
  /** Whether it spoke the engine's language. */
  readonly spoke: boolean;
}

/** Asks the sockets of one engine, and remembers the answers that stay true while a process lives. */
export class SocketAsker {
  #inspected = new Map<string, Inspected>();

  constructor(
    private readonly engine: string,
    private readonly source: SocketSource,
    private readonly openInRoot: OpenInRoot,
    private readonly limits: EngineLimits,
  ) {}

  async ask(processes: readonly NamedProcess[]): Promise<readonly EngineAnswer[]> {
    const held = new Map<string, HeldSocket>();
    const failed: EngineAnswer[] = [];
    const hold = async (
      where: string,
      open: () => Promise<number | undefined>,
      daemon?: NamedProcess,
    ) => {
      try {
        const socket = await within(this.limits.timeoutMs, `socket ${where}`, () =>
          holdSocket(where, open, daemon),
        );
        if (!socket) return;
        if (held.has(socket.key)) await closeFd(socket.fd);
        else held.set(socket.key, socket);
      } catch (error) {
        if (isVanished(error)) return;
        failed.push(answerOf(this.engine, where, [], [gapOf(error, where, 'root')]));
      }
    };
    const daemons = processes
      .filter(({ comm }) => comm === this.source.daemon)
      .slice(0, maxDaemons);
    await Promise.all([
      ...this.source.paths.map((path) => hold(path, () => openFd(path, pathOnly))),
      ...daemons.flatMap((daemon) =>
        listeningSockets(daemon).map((path) =>
          hold(path, () => this.openInRoot(daemon.pid, daemon.start, path, pathOnly), daemon),
        ),
      ),
    ]);
    const before = this.#inspected;
    this.#inspected = new Map<string, Inspected>();
    try {
      const asked = await Promise.all([...held.values()].map((s) => this.#askOne(s, before)));
      return [...failed, ...worthTelling(asked)];
    } finally {
      await Promise.all([...held.values()].map(({ fd }) => closeFd(fd)));
    }
  }

  async #askOne(
    { fd, where, key, daemon }: HeldSocket,
    before: ReadonlyMap<string, Inspected>,
  ): Promise<Asked> {
    const connectTo = `/proc/self/fd/${fd}`;
    try {
      const { value, gaps } = this.source.parseList(
        await httpGet(connectTo, this.source.list, this.limits),
      );
      const all: Gap[] = [...gaps];
      let left = maxInspected;
      const ours = daemon === undefined || sharesPidNamespace(daemon);
      const containers = await mapLimit(value.containers, atOnce, async (listed) => {
        // Pids of another pid namespace are other processes here; such containers go by cgroup.
        if (!ours) return { ...listed, pid: undefined };
        if (listed.pid !== undefined || !runs(listed) || left-- <= 0) return listed;
        return this.#inspect(connectTo, key, listed, before, all);
      });
      const answer = answerOf(this.engine, where, containers, all, value.version);
      return { daemon, answer, spoke: true };
    } catch (error) {
      const answer = answerOf(this.engine, where, [], [gapOfAnswer(error, where)]);
      return { daemon, answer, spoke: false };
    }
  }

  async #inspect(
    connectTo: string,
    key: string,
    listed: EngineContainerFacts,
    before: ReadonlyMap<string, Inspected>,
    gaps: Gap[],
  ): Promise<EngineContainerFacts> {
    const { source } = this;
    if (!source.inspect || !source.parseInspect) return listed;
    const id = `${key} ${listed.id}`;
    const known = before.get(id);
    if (known?.facts.pid !== undefined && startOf(known.facts.pid) === known.start) {
      this.#inspected.set(id, known);
      return { ...known.facts, ...defined(listed) };
    }
    try {
      const outcome = source.parseInspect(
        await httpGet(connectTo, source.inspect(listed.id), this.limits),
      );
      gaps.push(...outcome.gaps);
      const facts = outcome.value;
      if (!facts || facts.id !== listed.id) return listed;
      const start = facts.pid === undefined ? undefined : startOf(facts.pid);
      if (start !== undefined) this.#inspected.set(id, { facts, start });
      return { ...facts, ...defined(listed) };
    } catch (error) {
      gaps.push(gapOfAnswer(error, listed.id));
      return listed;
    }
  }
}

/**
 * A daemon listens on sockets that are not its API (metrics, networks): they are no gap as long as
 * one of its sockets answers, and one gap when none does.
 */
function worthTelling(asked: readonly Asked[]): readonly EngineAnswer[] {
  const told = new Set(asked.filter(({ spoke }) => spoke).map(({ daemon }) => daemon?.pid));
  return asked
    .filter(({ daemon, spoke }) => {
      if (daemon === undefined || spoke) return true;
      if (told.has(daemon.pid)) return false;
      told.add(daemon.pid);
      return true;
    })
    .map(({ answer }) => answer);
}

/** Unknown counts as no: a wrong pid would put a name on a stranger. */
function sharesPidNamespace({ pid }: NamedProcess): boolean {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`) === readlinkSync('/proc/self/ns/pid');
  } catch (error) {
    if (errnoOf(error) !== '') return false;
    throw error;
  }
}

/** Other states have no process, so there is no pid to ask for. */
const runs = ({ state }: EngineContainerFacts): boolean =>
  state === 'running' || state === 'paused';

/** Without the keys that are there but undefined: they would hide what another answer knows. */
const defined = (facts: EngineContainerFacts): EngineContainerFacts =>
  Object.fromEntries(
    Object.entries(facts).filter(([, value]) => value !== undefined),
  ) as unknown as EngineContainerFacts;

async function holdSocket(
  where: string,
  open: () => Promise<number | undefined>,
  daemon: NamedProcess | undefined,
): Promise<HeldSocket | undefined> {
  const fd = await open();
  if (fd === undefined) return undefined;
  const stat = fstatSync(fd);
  if (stat.isSocket()) return { fd, where, key: `${stat.dev}:${stat.ino}`, daemon };
  await closeFd(fd);
  return undefined;
}

function gapOfAnswer(error: unknown, where: string): Gap {
  if (error instanceof NoAnswer) {
    return ['EACCES', 'EPERM'].includes(error.message)
      ? { kind: 'denied', needs: 'root' }
      : unreachable(where, error.message);
  }
  // Of the parsers: a body that they did not foresee is no reason to lose the other engines.
  return unreachable(where, errnoOf(error) || String(error));
}
