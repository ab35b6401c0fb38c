import * as vscode from 'vscode';
import type { Change, Snapshot } from '../../model/snapshot';
import { makePicture } from '../../model/picture/makePicture';
import type { EngineFacts, HostFacts, Picture } from '../../model/picture';
import {
  namespaceKey,
  namespaceTypes,
  type CgroupKey,
  type NamespaceKey,
  type NamespaceType,
} from '../../model/ids';
import type { AgentState, WatchMode } from '../../native-bridge/client/agentClient';
import type { AgentUnavailable } from '../../native-bridge/client/errors';
import type { Launch, Rights } from '../../native-bridge/client/launcher';
import type { LivePicture } from '../../native-bridge/client/liveSnapshot';
import type { AgentMethod, AgentParams, AgentResult, Hello } from '../../protocol/agent';
import type { PictureSource } from '../../views/source';
import type { HostStatus, StatusSource } from '../../views/status/statusItem';
import { DisposableStore } from '../platform/lifecycle';
import { AgentSession } from './agentSession';
import { EngineReader } from './engineReader';
import { NoPictureError } from '../commands/subjects';
import { explain } from '../errors';

export interface HostServiceOptions {
  readonly launch: (rights: Rights) => Launch;
  readonly supported: boolean;
  /** Whether the first agent is to be root's. */
  readonly elevateOnStart: () => boolean;
  /** Cgroups known to be frozen, whose containers are paused. */
  readonly frozen: () => ReadonlySet<CgroupKey>;
  readonly log: vscode.LogOutputChannel;
  /** Told of the first failure of an outage and not of each retry. */
  readonly onOutage: (state: Extract<AgentState, { kind: 'failed' }>) => void;
}

/** So long must the agent work again before its next failure is news. */
const recoveredMs = 10_000;

/**
 * The picture of this host and how things stand with the agent that makes it. The agent is started when first
 * needed and looks for changes only while somebody looks at the picture.
 */
export class HostService implements PictureSource, StatusSource, vscode.Disposable {
  readonly #store = new DisposableStore();
  readonly #changed = this.#store.add(new vscode.EventEmitter<void>());
  readonly onDidChange = this.#changed.event;
  readonly #statusChanged = this.#store.add(new vscode.EventEmitter<void>());
  readonly onDidChangeStatus = this.#statusChanged.event;
  readonly #engines: EngineReader;
  #session: AgentSession | undefined;
  #picture: Picture | undefined;
  #snapshot: Snapshot | undefined;
  #host: HostFacts | undefined;
  #stale = false;
  #mode: WatchMode = 'off';
  #outage = false;
  /** Why there is no agent, until there is one: attempts in between are no news. */
  #failure: AgentUnavailable | undefined;
  #recovery: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options: HostServiceOptions) {
    this.#engines = this.#store.add(
      new EngineReader(
        async () => (await this.request('engines/read', {})).answers,
        () => this.recompose(),
        options.log,
      ),
    );
  }

  get picture(): Picture | undefined {
    return this.#picture;
  }

  get stale(): boolean {
    return this.#stale;
  }

  get rights(): Rights {
    return this.#session?.launch.rights ?? 'user';
  }

  /** Process id of the agent's main process, from its hello; for tests and the log. */
  get agentPid(): number | undefined {
    const state = this.#session?.client.state;
    return state?.kind === 'ready' ? state.hello.pid : undefined;
  }

  get watchMode(): WatchMode {
    return this.#mode;
  }

  get status(): HostStatus {
    if (!this.options.supported) return { kind: 'unsupported' };
    const state = this.#session?.client.state;
    if (!state) return { kind: 'off' };
    if (this.#picture && this.#host) {
      return {
        kind: this.#stale ? 'stale' : 'ready',
        hostname: this.#host.hostname,
        rights: this.rights === 'sudo' ? 'sudo' : this.#host.uid === 0 ? 'root' : 'user',
        hidden: this.#picture.hidden.processes,
        readerWhy: state.kind === 'ready' ? state.hello.readerWhy : undefined,
      };
    }
    if (this.#failure) return { kind: 'failed', why: explain(this.#failure).message };
    return { kind: 'starting' };
  }

  /** Whether anybody sees the picture: work is done only then. */
  setVisible(visible: boolean): void {
    const mode = visible ? 'active' : 'off';
    if (mode === this.#mode || !this.options.supported) return;
    this.#mode = mode;
    this.#engines.active = visible;
    if (!visible && !this.#session) return;
    this.#ensure()
      .watch(mode)
      .catch((error: unknown) => this.options.log.warn(`watch ${mode}: ${String(error)}`));
  }

  async request<M extends AgentMethod>(
    method: M,
    params: AgentParams<M>,
    signal?: AbortSignal,
  ): Promise<AgentResult<M>> {
    return this.#ensure().client.request(method, params, signal);
  }

  /** Reads everything anew; starts the agent if it does not run. */
  async refresh(): Promise<void> {
    await this.#ensure().client.refresh();
    this.#engines.request();
  }

  /** The first picture; the agent is started for it. */
  async ready(): Promise<Picture> {
    if (!this.#picture) await this.#ensure().client.refresh();
    const { picture } = this;
    if (!picture) throw new NoPictureError('the agent sent none');
    return picture;
  }

  /** Puts an agent with other rights in the place of the present one. The picture stays until it has its own. */
  async useRights(rights: Rights): Promise<void> {
    const before = this.#session;
    if (before?.launch.rights === rights) return;
    const session = this.#makeSession(rights);
    try {
      await session.client.start();
    } catch (error) {
      await session.dispose();
      throw error;
    }
    this.#session = session;
    await before?.dispose();
    this.#statusChanged.fire();
    if (this.#mode === 'off') await session.client.refresh();
    else await session.watch(this.#mode);
    this.#engines.request();
  }

  /** Ends the agent and starts another with the same rights. */
  async restart(): Promise<void> {
    const before = this.#session;
    this.#session = undefined;
    this.#failure = undefined;
    this.#markStale();
    await before?.dispose();
    this.#session = this.#makeSession(before?.launch.rights ?? 'user');
    await this.#session.client.start();
    await this.#session.watch(this.#mode);
    await this.refresh();
  }

  dispose(): void {
    void this.end();
  }

  /** Resolves when the agent is gone. */
  async end(): Promise<void> {
    clearTimeout(this.#recovery);
    const session = this.#session;
    this.#session = undefined;
    this.#store.dispose();
    await session?.dispose();
  }

  #ensure(): AgentSession {
    this.#session ??= this.#makeSession(this.options.elevateOnStart() ? 'sudo' : 'user');
    return this.#session;
  }

  #makeSession(rights: Rights): AgentSession {
    return new AgentSession(this.options.launch(rights), this.options.log, {
      onState: (session, state) => this.#onState(session, state),
      onSnapshot: (session, picture) => this.#onSnapshot(session, picture),
    });
  }

  #onState(session: AgentSession, state: AgentState): void {
    if (session !== this.#session) return;
    clearTimeout(this.#recovery);
    if (state.kind === 'failed') this.#failure = state.error;
    else if (state.kind !== 'starting') this.#failure = undefined;
    if (state.kind === 'ready') {
      this.#recovery = setTimeout(() => (this.#outage = false), recoveredMs);
    } else if (state.kind === 'failed' && !this.#outage) {
      this.#outage = true;
      this.options.onOutage(state);
    }
    if (state.kind === 'failed' && state.error.isLasting && session.launch.rights === 'sudo') {
      this.#fallBack(session);
    }
    this.#statusChanged.fire();
  }

  /** sudo does not start the agent (any more): reading as the user is better than nothing. */
  #fallBack(session: AgentSession): void {
    this.#session = this.#makeSession('user');
    void session.dispose();
    this.#session.watch(this.#mode).catch((error: unknown) => {
      this.options.log.warn(`watch ${this.#mode}: ${String(error)}`);
    });
  }

  #onSnapshot(session: AgentSession, { snapshot, stale, change }: LivePicture): void {
    if (session !== this.#session) return;
    if (stale) {
      this.#markStale();
      return;
    }
    const { state } = session.client;
    if (state.kind === 'ready') this.#host = hostFacts(state.hello);
    this.#snapshot = snapshot;
    this.#stale = false;
    if (change && bearsOnContainers(change)) this.#engines.request();
    this.recompose();
  }

  #markStale(): void {
    if (!this.#picture || this.#stale) return;
    this.#stale = true;
    this.#changed.fire();
    this.#statusChanged.fire();
  }

  /** What is joined with the snapshot changed. */
  recompose(): void {
    if (!this.#snapshot || !this.#host) return;
    const engines: readonly EngineFacts[] = this.#engines.facts;
    this.#picture = makePicture(this.#snapshot, this.#host, engines, {
      frozen: this.options.frozen(),
    });
    this.#changed.fire();
    this.#statusChanged.fire();
  }
}

/** Whether an engine may have started or ended something: it is then asked. */
function bearsOnContainers(change: Change): boolean {
  return (
    change.base === 0 ||
    change.cgroups.length > 0 ||
    change.goneCgroups.length > 0 ||
    change.namespaces.length > 0 ||
    change.goneNamespaces.length > 0
  );
}

function hostFacts(hello: Hello): HostFacts {
  const initial: Partial<Record<NamespaceType, NamespaceKey>> = {};
  for (const type of namespaceTypes) {
    const inode = hello.initial[type];
    if (inode !== undefined) initial[type] = namespaceKey(type, inode);
  }
  const { hostname, kernel, uid, clockTick } = hello;
  return { hostname, kernel, uid, clockTick, initial };
}
