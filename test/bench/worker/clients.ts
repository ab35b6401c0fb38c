import { join } from 'node:path';
import { AgentClient } from '../../../src/native-bridge/client/agentClient';
import { launchOf } from '../../../src/native-bridge/client/launcher';
import { LiveSnapshot } from '../../../src/native-bridge/client/liveSnapshot';
import { own } from './owned';

export interface Followed {
  readonly client: AgentClient;
  readonly live: LiveSnapshot;
  readonly agentPid: number;
}

const quiet = { info: () => undefined, warn: (line: string) => process.stderr.write(`${line}\n`) };

/** A client of an agent, the real one by default, and the snapshot that it keeps. */
export async function followAgent(
  agentFile = join(process.cwd(), 'dist/agent.js'),
  ...args: readonly string[]
): Promise<Followed> {
  const launch = launchOf('user', agentFile);
  const client = new AgentClient({ ...launch, args: [...launch.args, ...args] }, quiet);
  const live = new LiveSnapshot(client);
  own(async () => {
    await client.dispose();
    live.dispose();
  });
  const { pid } = await client.start();
  return { client, live, agentPid: pid };
}
