import { applyChange } from '../../model/applyChange';
import type { Change, Snapshot } from '../../model/snapshot';
import type { AgentClient } from './agentClient';
import { Emitter, type Subscription } from './emitter';

/** The picture as it stands. `stale`: the agent is away, and this is the last there was. */
export interface LivePicture {
  readonly snapshot: Snapshot;
  readonly stale: boolean;
  /** What made this snapshot of the one before; undefined: only `stale` changed. */
  readonly change: Change | undefined;
}

/** Holds the current snapshot of a client, and keeps the last one while there is no agent. */
export class LiveSnapshot {
  readonly #emitter = new Emitter<LivePicture>();
  readonly #subscriptions: readonly Subscription[];
  #picture: LivePicture | undefined;

  constructor(private readonly client: AgentClient) {
    this.#subscriptions = [
      client.onChange((change) => this.#apply(change)),
      client.onState((state) => {
        if (this.#picture && !this.#picture.stale && state.kind !== 'ready') {
          this.#set({ snapshot: this.#picture.snapshot, stale: true, change: undefined });
        }
      }),
    ];
  }

  readonly onDidChange = this.#emitter.on;

  /** Undefined before the first full picture. */
  get picture(): LivePicture | undefined {
    return this.#picture;
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#emitter.dispose();
  }

  #apply(change: Change): void {
    const { state } = this.client;
    if (state.kind !== 'ready') return;
    // The client lets no hole through, so each change applies.
    const snapshot = applyChange(this.#picture?.snapshot, change, state.hello.hierarchies);
    if (snapshot) this.#set({ snapshot, stale: false, change });
  }

  #set(picture: LivePicture): void {
    this.#picture = picture;
    this.#emitter.emit(picture);
  }
}
