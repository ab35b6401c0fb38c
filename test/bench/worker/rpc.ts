import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createMessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
  type MessageConnection,
} from 'vscode-jsonrpc/node';
import type { Cost } from '../figure';
import { ObjectDelta, objectFull, type ProcessObject } from '../peers/objects';
import { followAgent, type Followed } from './clients';
import { costOf } from './cost';
import { own } from './owned';
import { readFrame } from './read';

interface Parties {
  readonly ours: Followed;
  readonly peer: MessageConnection;
  readonly peerPid: number;
  /** Deltas are to come in the middle of use, with all processes there. */
  readonly objects: Map<number, ProcessObject>;
}
let started: Parties | undefined;

function parties(): Parties {
  if (!started) throw new Error('startRpc comes first');
  return started;
}

/** Starts both agents with one frame of this host. */
export async function startRpc(replayAgent: string, objectAgent: string): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'container-internals-bench-'));
  own(() => rmSync(directory, { recursive: true, force: true }));
  const frame = join(directory, 'frame');
  writeFileSync(frame, await readFrame());
  const ours = await followAgent(replayAgent, frame);
  await ours.client.watch('active');

  const child = spawn(process.execPath, [objectAgent, frame], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  own(() => child.stdin.end());
  const peer = createMessageConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  peer.listen();
  if (child.pid === undefined) throw new Error('the peer did not start');
  started = { ours, peer, peerPid: child.pid, objects: new Map() };
  await objectFullCost();
}

/** A whole snapshot from the agent's frame to objects in a map. */
export const fullRpcCost = (): Promise<Cost> => {
  const { client, agentPid } = parties().ours;
  return costOf(() => client.refresh(), agentPid);
};

/** The same facts as plain JSON objects. */
export const objectFullCost = (): Promise<Cost> => {
  const { peer, peerPid, objects } = parties();
  return costOf(async () => {
    const { processes } = await peer.sendRequest(objectFull);
    for (const object of processes) objects.set(object.pid, object);
  }, peerPid);
};

/** The signal is what makes both agents send a change of 100 processes. */
export const deltaCost = (): Promise<Cost> => {
  const { live, agentPid } = parties().ours;
  return costOf(
    () =>
      new Promise<void>((resolve, reject) => {
        const subscription = live.onDidChange(({ change }) => {
          subscription.dispose();
          if (change?.processes.length === 100) resolve();
          else reject(new Error(`a change of ${change?.processes.length ?? 0} processes`));
        });
        process.kill(agentPid, 'SIGUSR2');
      }),
    agentPid,
  );
};

export const objectDeltaCost = (): Promise<Cost> => {
  const { peer, peerPid, objects } = parties();
  return costOf(
    () =>
      new Promise<void>((resolve) => {
        const subscription = peer.onNotification(ObjectDelta, ({ processes }) => {
          subscription.dispose();
          const after = new Map(objects);
          for (const object of processes) after.set(object.pid, object);
          resolve();
        });
        process.kill(peerPid, 'SIGUSR2');
      }),
    peerPid,
  );
};
