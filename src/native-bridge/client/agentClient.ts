import type { Change } from '../../model/snapshot';
import {
  agentProtocol,
  type AgentMethod,
  type AgentParams,
  type AgentResult,
  type Hello,
} from '../../protocol/agent';
import { FrameDecoder } from '../../protocol/frame/decode';
import { MalformedFrame } from '../../protocol/frame/frameView';
import type { Log } from './agentLines';
import { AgentProcess } from './agentProcess';
import { Backoff } from './backoff';
import { Emitter } from './emitter';
import { AgentUnavailable, RequestTimeout } from './errors';
import type { Launch } from './launcher';
import { Liveness } from './liveness';

export type WatchMode = AgentParams<'snapshot/watch'>['mode'];

export type AgentState =
  | { readonly kind: 'stopped' }
  | { readonly kind: 'starting' }
  | { readonly kind: 'ready'; readonly hello: Hello }
  /** `retryAt`: Unix time in ms of the next attempt; undefined: none without being asked. */
  | { readonly kind: 'failed'; readonly error: AgentUnavailable; readonly retryAt?: number };

export interface ClientTimes {
  readonly request: number;
  /** For a whole picture, which takes seconds on a host with very many processes. */
  readonly full: number;
  readonly hello: number;
  /** A sign of life is asked for this often while a watch is on, and must come within `ping`. */
  readonly pingEvery: number;
  readonly ping: number;
  readonly backoffMin: number;
  readonly backoffMax: number;
  /** So long must an agent have worked for earlier failures to be forgotten. */
  readonly healthy: number;
}

export const clientTimes: ClientTimes = {
  request: 15_000,
  full: 60_000,
  hello: 10_000,
  pingEvery: 2_000,
  ping: 5_000,
  backoffMin: 250,
  backoffMax: 30_000,
  healthy: 60_000,
};

/**
 * Leads one agent: starts it, asks it, and puts another in its place when it crashes, hangs or
 * talks nonsense. All times are ms.
 */
export class AgentClient {
  readonly #states = new Emitter<AgentState>();
  readonly #changes = new Emitter<Change>();
  readonly #times: ClientTimes;
  readonly #backoff: Backoff;
  #state: AgentState = { kind: 'stopped' };
  /** The attempt that is on, or the agent that came of it. */
  #running: Promise<AgentProcess> | undefined;
  /** The last process there was, which may be gone. */
  #current: AgentProcess | undefined;
  #retry: NodeJS.Timeout | undefined;
  #mode: WatchMode | undefined;
  #decoder = new FrameDecoder();
  #revision = 0;
  #reading: Promise<void> | undefined;
  #disposed = false;

  constructor(
    private readonly launch: Launch,
    private readonly log: Log,
    times: Partial<ClientTimes> = {},
  ) {
    this.#times = { ...clientTimes, ...times };
    this.#backoff = new Backoff(this.#times);
  }

  readonly onState = this.#states.on;
  /** Full changes (`base` 0) and those that follow, in order and without holes. */
  readonly onChange = this.#changes.on;

  get state(): AgentState {
    return this.#state;
  }

  /** Starts the agent if it does not run, at once even while a retry is due. Throws AgentUnavailable. */
  async start(): Promise<Hello> {
    await this.#process();
    if (this.#state.kind !== 'ready') throw this.#unavailable();
    return this.#state.hello;
  }

  /** Throws AgentUnavailable, RequestTimeout, RequestFailed, or the reason of `signal`. */
  async request<M extends AgentMethod>(
    method: M,
    params: AgentParams<M>,
    signal?: AbortSignal,
  ): Promise<AgentResult<M>> {
    const agent = await this.#process();
    try {
      return await agent.request(method, params, { timeoutMs: this.#times.request, signal });
    } catch (error) {
      // Slow or hung? The next sign of life tells.
      if (error instanceof RequestTimeout) void this.#checkAlive(agent);
      throw error;
    }
  }

  /** How eagerly changes are looked for from now on, also after a restart. */
  async watch(mode: WatchMode): Promise<void> {
    this.#mode = mode;
    const agent = await this.#process();
    if (this.#revision === 0 && mode !== 'off') await this.#readAll(agent);
    await agent.request('snapshot/watch', { mode }, { timeoutMs: this.#times.request });
  }

  /** Reads the whole picture; it comes as a change before this resolves. */
  async refresh(): Promise<void> {
    await this.#readAll(await this.#process());
  }

  /** Resolves when the agent is gone, or after two seconds. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    clearTimeout(this.#retry);
    const running = this.#running;
    this.#running = undefined;
    // One that has not said hello yet is not waited for.
    await this.#current?.stop();
    await running?.then(
      (agent) => agent.stop(),
      () => undefined, // it never came
    );
    this.#set({ kind: 'stopped' });
    this.#states.dispose();
    this.#changes.dispose();
  }

  #process(): Promise<AgentProcess> {
    if (this.#disposed) return Promise.reject(new AgentUnavailable('stopped', 'disposed'));
    clearTimeout(this.#retry);
    if (!this.#running) {
      const attempt = this.#start();
      this.#running = attempt;
      // Told by the state as well, so an attempt nobody waits for is no unhandled rejection.
      attempt.catch(() => undefined);
    }
    return this.#running;
  }

  async #start(): Promise<AgentProcess> {
    this.#set({ kind: 'starting' });
    let agent: AgentProcess | undefined;
    try {
      const started = await AgentProcess.start(this.launch, this.log, (frame) => {
        if (agent) this.#onFrame(agent, frame);
      });
      agent = started;
      this.#current = started;
      const hello = await started.hello(this.#times.hello);
      if (this.#disposed) throw new AgentUnavailable('stopped', 'disposed');
      this.#onReady(started, hello);
      return started;
    } catch (error) {
      const failure =
        error instanceof AgentUnavailable
          ? error
          : new AgentUnavailable('cannot-start', String(error), { cause: error });
      await agent?.stop();
      this.#onFailure(failure);
      throw failure;
    }
  }

  #onReady(agent: AgentProcess, hello: Hello): void {
    this.#revision = 0;
    this.#decoder = new FrameDecoder();
    this.#reading = undefined;
    this.#backoff.started();
    this.log.info(`agent ${agent.pid ?? '?'} is ready: ${hello.reader} reader, uid ${hello.uid}`);
    const liveness = new Liveness(this.#times, {
      isWanted: () => this.#mode !== undefined && this.#mode !== 'off',
      lastHeard: () => agent.lastHeard,
      check: () => this.#checkAlive(agent),
    });
    void agent.failure.then((failure) => {
      liveness.dispose();
      this.#onFailure(failure);
    });
    this.#set({ kind: 'ready', hello });
    const mode = this.#mode;
    if (mode !== undefined) {
      // A failure here is the agent's failure, which is dealt with where it is noticed.
      this.watch(mode).catch((error: unknown) => this.log.warn(`watch: ${String(error)}`));
    }
  }

  #onFailure(failure: AgentUnavailable): void {
    if (this.#disposed) return;
    this.#running = undefined;
    this.#revision = 0;
    this.log.warn(failure.message);
    if (failure.isLasting) {
      this.#set({ kind: 'failed', error: failure });
      return;
    }
    const wait = this.#backoff.next();
    this.#retry = setTimeout(() => {
      this.#process().catch(() => undefined); // the state tells
    }, wait);
    this.#set({ kind: 'failed', error: failure, retryAt: Date.now() + wait });
  }

  /** Asks for a sign of life, twice since our own process may have been what stood still. */
  async #checkAlive(agent: AgentProcess): Promise<void> {
    for (let attempt = 0; attempt < 2; attempt++) {
      try {
        await agent.request('hello', { protocol: agentProtocol }, { timeoutMs: this.#times.ping });
        return;
      } catch (error) {
        if (!(error instanceof RequestTimeout)) return; // an answer, or dealt with already
      }
    }
    agent.fail('hangs', `no answer within ${2 * this.#times.ping} ms`);
  }

  #readAll(agent: AgentProcess): Promise<void> {
    this.#reading ??= this.#readFull(agent).finally(() => (this.#reading = undefined));
    return this.#reading;
  }

  async #readFull(agent: AgentProcess): Promise<void> {
    const timeoutMs = this.#times.full;
    try {
      const { frame } = await agent.request('snapshot/full', {}, { timeoutMs });
      this.#onFrame(agent, frame);
    } catch (error) {
      if (error instanceof RequestTimeout) void this.#checkAlive(agent);
      throw error;
    }
  }

  #onFrame(agent: AgentProcess, frame: string): void {
    let change: Change;
    try {
      change = this.#decoder.decode(Buffer.from(frame, 'base64'));
    } catch (error) {
      if (!(error instanceof MalformedFrame)) throw error;
      agent.fail('garbage', error.message);
      return;
    }
    if (change.base !== 0 && change.base !== this.#revision) {
      if (this.#reading) return;
      this.#readAll(agent).catch((error: unknown) => this.log.warn(`full read: ${String(error)}`));
      return;
    }
    this.#revision = change.revision;
    this.#changes.emit(change);
  }

  #unavailable(): AgentUnavailable {
    return this.#state.kind === 'failed'
      ? this.#state.error
      : new AgentUnavailable('stopped', 'the agent ended');
  }

  #set(state: AgentState): void {
    this.#state = state;
    this.#states.emit(state);
  }
}
