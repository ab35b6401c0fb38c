import {
  AgentClient,
  type AgentState,
  type WatchMode,
} from '../../native-bridge/client/agentClient';
import type { Log } from '../../native-bridge/client/agentLines';
import type { Launch } from '../../native-bridge/client/launcher';
import { LiveSnapshot, type LivePicture } from '../../native-bridge/client/liveSnapshot';

export interface SessionListener {
  onState(session: AgentSession, state: AgentState): void;
  onSnapshot(session: AgentSession, picture: LivePicture): void;
}

/** One agent with one set of rights, and what it tells. Elevating means another session. */
export class AgentSession {
  readonly client: AgentClient;
  readonly live: LiveSnapshot;

  constructor(
    readonly launch: Launch,
    log: Log,
    private readonly listener: SessionListener,
  ) {
    this.client = new AgentClient(launch, log);
    this.live = new LiveSnapshot(this.client);
    this.client.onState((state) => this.listener.onState(this, state));
    this.live.onDidChange((picture) => this.listener.onSnapshot(this, picture));
  }

  watch(mode: WatchMode): Promise<void> {
    return this.client.watch(mode);
  }

  async dispose(): Promise<void> {
    this.live.dispose();
    await this.client.dispose();
  }
}
