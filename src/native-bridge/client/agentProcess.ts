import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import {
  CancellationTokenSource,
  createMessageConnection,
  ResponseError,
  type MessageConnection,
} from 'vscode-jsonrpc/node';
import {
  AgentErrorCode,
  agentProtocol,
  agentRequests,
  ChangeNotification,
  frameResult,
  type AgentMethod,
  type AgentParams,
  type AgentResult,
  type Hello,
} from '../../protocol/agent';
import { QuietWriter } from '../pipe/quietWriter';
import { GarbageOnPipe, StrictReader } from '../pipe/strictReader';
import { AgentLines, type Log } from './agentLines';
import { deferred } from './deferred';
import { AgentUnavailable, RequestFailed, RequestTimeout } from './errors';
import { exitFailure, startFailure, type Launch } from './launcher';

/** A full frame of a very large host in base64; more than that is no picture. */
const maxMessage = 512 * 1024 * 1024;
const killAfterMs = 1000;
const giveUpAfterMs = 2000;

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

export interface RequestOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** One agent process from its start to its end. It is never started again: that is another one. */
export class AgentProcess {
  readonly #connection: MessageConnection;
  readonly #lines: AgentLines;
  readonly #exited: Promise<void>;
  readonly #failure = deferred<AgentUnavailable>();
  #failed: AgentUnavailable | undefined;
  /** performance.now() of the last message of any kind. */
  lastHeard = performance.now();

  private constructor(
    private readonly launch: Launch,
    private readonly child: Child,
    log: Log,
    onFrame: (frame: string) => void,
  ) {
    this.#lines = new AgentLines(log);
    const reader = new StrictReader(child.stdout, maxMessage);
    this.#connection = createMessageConnection(reader, new QuietWriter(child.stdin));
    reader.onError((error) =>
      this.fail(
        'garbage',
        error instanceof GarbageOnPipe ? JSON.stringify(error.message) : String(error),
      ),
    );
    child.stdout.on('data', () => (this.lastHeard = performance.now()));
    child.stdin.on('error', (error: Error) => {
      // Its exit, which comes next as a rule, says more; sudo's reason is on stderr.
      setTimeout(() => this.fail('exited', error.message), killAfterMs).unref();
    });
    child.on('error', (error) => log.warn(`[agent] ${error.message}`)); // kill of a root child: EPERM
    child.stderr.setEncoding('utf8').on('data', (text: string) => this.#lines.push(text));
    // Not 'exit': stderr, which may hold sudo's reason, is complete only at 'close'.
    this.#exited = once(child, 'close').then(() => {
      this.#lines.end();
      this.#end(exitFailure(launch, child.exitCode, child.signalCode, this.#lines.tail));
    });
    this.#connection.onNotification(ChangeNotification, (params: unknown) => {
      const parsed = frameResult.safeParse(params);
      if (parsed.success) onFrame(parsed.data.frame);
      else this.fail('garbage', 'snapshot/change');
    });
    this.#connection.onError(([error]) => log.warn(`[agent] connection: ${error.message}`));
    this.#connection.listen();
  }

  /** Throws AgentUnavailable. */
  static async start(
    launch: Launch,
    log: Log,
    onFrame: (frame: string) => void,
  ): Promise<AgentProcess> {
    const child = spawn(launch.command, launch.args, {
      env: launch.env,
      cwd: '/',
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    try {
      // Not before: a write to a pipe whose process never came is an unhandled rejection inside
      // vscode-jsonrpc.
      await once(child, 'spawn');
    } catch (error) {
      throw startFailure(launch, error as NodeJS.ErrnoException);
    }
    return new AgentProcess(launch, child, log, onFrame);
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Resolves once, with the reason why this process is of no more use. */
  get failure(): Promise<AgentUnavailable> {
    return this.#failure.promise;
  }

  async hello(timeoutMs: number): Promise<Hello> {
    try {
      const hello = await this.request('hello', { protocol: agentProtocol }, { timeoutMs });
      if (hello.protocol !== agentProtocol) {
        throw this.fail('protocol-mismatch', `agent ${hello.protocol}, client ${agentProtocol}`);
      }
      return hello;
    } catch (error) {
      if (error instanceof RequestTimeout) throw this.fail('hangs', error.message);
      if (error instanceof RequestFailed) {
        const mismatch = error.code === AgentErrorCode.ProtocolMismatch;
        throw this.fail(mismatch ? 'protocol-mismatch' : 'garbage', error.message);
      }
      throw error;
    }
  }

  async request<M extends AgentMethod>(
    method: M,
    params: AgentParams<M>,
    { timeoutMs, signal }: RequestOptions,
  ): Promise<AgentResult<M>> {
    if (this.#failed) throw this.#failed;
    signal?.throwIfAborted();
    const source = new CancellationTokenSource();
    const stopped = deferred<never>();
    const stop = (reason: unknown) => {
      stopped.reject(reason);
      if (!this.#failed) source.cancel();
    };
    const timer = setTimeout(() => stop(new RequestTimeout(method, timeoutMs)), timeoutMs);
    const onAbort = () => stop(signal?.reason);
    signal?.addEventListener('abort', onAbort);
    try {
      // A failure disposes of the connection, which rejects all that was sent.
      const answer: unknown = await Promise.race([
        this.#connection.sendRequest(method, params, source.token),
        stopped.promise,
      ]);
      const parsed = agentRequests[method].result.safeParse(answer);
      if (!parsed.success) throw this.fail('garbage', `result of ${method}`);
      return parsed.data as AgentResult<M>;
    } catch (error) {
      throw await this.#explain(method, error, signal);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      source.dispose();
    }
  }

  async #explain(method: string, error: unknown, signal?: AbortSignal): Promise<unknown> {
    if (this.#failed !== undefined) return this.#failed;
    if (error instanceof ResponseError) {
      return new RequestFailed(method, error.code, error.message);
    }
    if (error instanceof RequestTimeout || error === signal?.reason) return error;
    // Writing failed, so the process is going; its exit, which comes next, may say why.
    const late = deferred<AgentUnavailable>();
    const timer = setTimeout(() => late.resolve(this.fail('exited', String(error))), killAfterMs);
    return Promise.race([this.failure, late.promise]).finally(() => clearTimeout(timer));
  }

  /** Declares the process useless and ends it without waiting. Answers the first reason. */
  fail(kind: AgentUnavailable['kind'], detail: string): AgentUnavailable {
    const failure = this.#end(new AgentUnavailable(kind, detail));
    this.child.stdin.destroy();
    this.#kill();
    return failure;
  }

  /** Ends it in order. Resolves when it is gone, or after two seconds. */
  async stop(): Promise<void> {
    this.#end(new AgentUnavailable('stopped', 'stopped by us'));
    this.child.stdin.end(); // the agent leaves at the end of its input, also when we crash
    const killer = setTimeout(() => this.#kill(), killAfterMs);
    const lost = deferred<undefined>();
    const giveUp = setTimeout(() => lost.resolve(undefined), giveUpAfterMs);
    await Promise.race([this.#exited, lost.promise]);
    clearTimeout(killer);
    clearTimeout(giveUp);
  }

  #end(failure: AgentUnavailable): AgentUnavailable {
    if (this.#failed) return this.#failed;
    this.#failed = failure;
    this.#failure.resolve(failure);
    this.#connection.dispose();
    return failure;
  }

  /** A user may not signal a root process; the end of its input has to do. */
  #kill(): void {
    if (this.launch.rights === 'user') this.child.kill('SIGKILL');
  }
}
