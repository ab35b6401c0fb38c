import { parseUsage, type CgroupUsage } from '../model/cgroups/usage';
import {
  namespaceKey,
  namespaceTypes,
  type CgroupKey,
  type NamespaceKey,
  type NamespaceType,
} from '../model/ids';
import type { EngineFacts, Picture } from '../model/picture';
import { makePicture } from '../model/picture/makePicture';
import type { Cgroup, Change, Snapshot } from '../model/snapshot';
import { AgentClient } from '../native-bridge/client/agentClient';
import type { Launch } from '../native-bridge/client/launcher';
import { LiveSnapshot } from '../native-bridge/client/liveSnapshot';
import type { Hello } from '../protocol/agent';
import { News } from './news';
import type { CommandName } from './options';
import type { View } from './report';

/** After a change an engine needs a moment itself to know of it, ms. */
const settleMs = 150;
/** What raises no event (usage, pause, rename) is asked for so often, ms. */
const pollMs = 5_000;
/** As many cgroups as one request may name. */
const batch = 512;

/** What costs requests of its own. */
type Asked = Pick<View, 'answers' | 'usage'>;

/** One agent of the command line program, and the pictures that come from it. */
export class Session {
  readonly #client: AgentClient;
  readonly #live: LiveSnapshot;
  #lastWords: string | undefined;

  constructor(
    launch: Launch,
    private readonly command: CommandName,
  ) {
    this.#client = new AgentClient(launch, {
      info: () => undefined,
      warn: (message) => {
        if (message.startsWith('[agent] ')) this.#lastWords = message.slice('[agent] '.length);
      },
    });
    this.#live = new LiveSnapshot(this.#client);
  }

  /** The last warning of the agent, which may be the cause of a failure. Hostile. */
  get lastWords(): string | undefined {
    return this.#lastWords;
  }

  /** @throws AgentUnavailable, RequestTimeout, RequestFailed */
  async view(): Promise<View> {
    const hello = await this.#client.start();
    await this.#client.refresh();
    return this.#compose(hello, await this.#ask(hello));
  }

  /**
   * Calls `print` with the picture now and after every change, one call at a time: what comes
   * meanwhile is one more picture. Rejects when the agent fails.
   */
  async watch(print: (view: View) => Promise<void>, signal: AbortSignal): Promise<void> {
    const news = new News();
    signal.addEventListener('abort', () => news.tell());
    this.#client.onState((state) => {
      if (state.kind === 'failed') news.fail(state.error);
    });
    let askAt = 0;
    this.#live.onDidChange(({ change }) => {
      if (change && bearsOnContainers(change)) {
        askAt = Math.min(askAt, performance.now() + settleMs);
      }
      news.tell();
    });
    const hello = await this.#client.start();
    await this.#client.watch('active');
    let asked: Asked | undefined;
    while (!signal.aborted) {
      if (!asked || performance.now() >= askAt) {
        askAt = performance.now() + pollMs;
        asked = await this.#ask(hello);
      }
      await print(this.#compose(hello, asked));
      await news.next(Math.max(0, askAt - performance.now()));
    }
  }

  async dispose(): Promise<void> {
    this.#live.dispose();
    await this.#client.dispose();
  }

  async #ask(hello: Hello): Promise<Asked> {
    const { answers } = await this.#client.request('engines/read', {});
    const usage = await this.#usage(pictureOf(hello, this.#snapshot, answers, new Set()));
    return { answers, usage };
  }

  /** Of the cgroups that the command shows; of containers, to know which are paused. */
  async #usage(picture: Picture): Promise<ReadonlyMap<CgroupKey, CgroupUsage>> {
    const { cgroups } = picture.snapshot;
    let wanted: readonly Cgroup[] = [];
    if (this.command === 'cgroups' || this.command === 'snapshot') wanted = [...cgroups.values()];
    else if (this.command === 'containers') {
      const keys = picture.containers().flatMap((container) => container.cgroups);
      wanted = [...new Set(keys)].flatMap((key) => cgroups.get(key) ?? []);
    }
    const result = new Map<CgroupKey, CgroupUsage>();
    for (let from = 0; from < wanted.length; from += batch) {
      const part = wanted.slice(from, from + batch);
      const answer = await this.#client.request('cgroups/read', {
        cgroups: part.map(({ hierarchy, path }) => ({ hierarchy, path })),
      });
      answer.cgroups.forEach(({ files, gap }, i) => {
        const cgroup = part[i];
        if (cgroup && !gap) result.set(cgroup.key, parseUsage(files));
      });
    }
    return result;
  }

  #compose(hello: Hello, { answers, usage }: Asked): View {
    const frozen = new Set([...usage].filter(([, { frozen }]) => frozen).map(([key]) => key));
    return { hello, answers, usage, picture: pictureOf(hello, this.#snapshot, answers, frozen) };
  }

  get #snapshot(): Snapshot {
    const snapshot = this.#live.picture?.snapshot;
    if (!snapshot) throw new Error('the agent sent no picture');
    return snapshot;
  }
}

/** Whether an engine may have started or ended something. */
const bearsOnContainers = (change: Change): boolean =>
  change.base === 0 ||
  change.cgroups.length > 0 ||
  change.goneCgroups.length > 0 ||
  change.namespaces.length > 0 ||
  change.goneNamespaces.length > 0;

function pictureOf(
  hello: Hello,
  snapshot: Snapshot,
  answers: readonly EngineFacts[],
  frozen: ReadonlySet<CgroupKey>,
): Picture {
  const initial: Partial<Record<NamespaceType, NamespaceKey>> = {};
  for (const type of namespaceTypes) {
    const inode = hello.initial[type];
    if (inode !== undefined) initial[type] = namespaceKey(type, inode);
  }
  const { hostname, kernel, uid, clockTick } = hello;
  return makePicture(snapshot, { hostname, kernel, uid, clockTick, initial }, answers, { frozen });
}
