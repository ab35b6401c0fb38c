import { namespaceKey, namespaceTypes, type NamespaceKey, type NamespaceType } from '../model/ids';
import { makePicture } from '../model/picture/makePicture';
import type { Snapshot } from '../model/snapshot';
import { AgentClient } from '../native-bridge/client/agentClient';
import { launchOf } from '../native-bridge/client/launcher';
import { LiveSnapshot } from '../native-bridge/client/liveSnapshot';
import type { EngineAnswer, Hello } from '../protocol/agent';
import type { View } from './report';

/** One agent of the command line program, and the pictures that come from it. */
export class Session {
  readonly #client: AgentClient;
  readonly #live: LiveSnapshot;

  constructor(options: { sudo: boolean; native: boolean; agentFile: string }) {
    const launch = launchOf(options.sudo ? 'sudo' : 'user', options.agentFile, {
      noNative: !options.native,
    });
    // what the agent logs says nothing that the notes and the exit status do not
    this.#client = new AgentClient(launch, { info: () => undefined, warn: () => undefined });
    this.#live = new LiveSnapshot(this.#client);
  }

  /** @throws AgentUnavailable, RequestTimeout, RequestFailed */
  async view(): Promise<View> {
    const hello = await this.#client.start();
    await this.#client.refresh();
    return this.#compose(hello);
  }

  /**
   * Calls `print` with the picture now and after every change, one call at a time: what comes
   * meanwhile is one more picture. Rejects when the agent cannot be had any more.
   */
  async watch(print: (view: View) => Promise<void>, signal: AbortSignal): Promise<void> {
    const hello = await this.#client.start();
    const changes = new Signal();
    this.#live.onDidChange(() => changes.raise());
    this.#client.onState((state) => {
      if (state.kind === 'failed') changes.fail(state.error);
    });
    signal.addEventListener('abort', () => changes.raise());
    await this.#client.watch('active');
    while (!signal.aborted) {
      await print(await this.#compose(hello));
      await changes.next();
    }
  }

  async dispose(): Promise<void> {
    this.#live.dispose();
    await this.#client.dispose();
  }

  async #compose(hello: Hello): Promise<View> {
    const { answers } = await this.#client.request('engines/read', {});
    const snapshot = this.#live.picture?.snapshot;
    if (!snapshot) throw new Error('the agent sent no picture');
    return { hello, answers, picture: pictureOf(hello, snapshot, answers) };
  }
}

function pictureOf(hello: Hello, snapshot: Snapshot, answers: readonly EngineAnswer[]) {
  const initial: Partial<Record<NamespaceType, NamespaceKey>> = {};
  for (const type of namespaceTypes) {
    const inode = hello.initial[type];
    if (inode !== undefined) initial[type] = namespaceKey(type, inode);
  }
  const { hostname, kernel, uid, clockTick } = hello;
  return makePicture(snapshot, { hostname, kernel, uid, clockTick, initial }, answers);
}

/** Remembers that something happened until somebody looks. */
class Signal {
  #raised = false;
  #error: Error | undefined;
  #wake: (() => void) | undefined;

  raise(): void {
    this.#raised = true;
    this.#wake?.();
  }

  fail(error: Error): void {
    this.#error = error;
    this.#wake?.();
  }

  async next(): Promise<void> {
    if (!this.#raised && !this.#error) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    if (this.#error) throw this.#error;
    this.#raised = false;
  }
}
