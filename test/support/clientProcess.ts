import { AgentClient } from '../../src/native-bridge/client/agentClient';
import { agentLaunch } from './agent';

/** A client in a process of its own, to be killed: prints the pid of its agent. */
async function main(): Promise<void> {
  const log = { info: () => undefined, warn: () => undefined };
  const client = new AgentClient(agentLaunch('--no-native'), log);
  await client.watch('active');
  if (client.state.kind === 'ready') process.stdout.write(`${client.state.hello.pid}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
