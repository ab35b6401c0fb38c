import { readFileSync } from 'node:fs';
import {
  createMessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node';
import type { Change } from '../../../src/model/snapshot';
import { FrameDecoder } from '../../../src/protocol/frame/decode';
import { deltaProcesses, ObjectDelta, objectFull, type Objects } from './objects';

/** The peer of the wire format: the facts of a frame as plain JSON objects, made beforehand. */
function main(): void {
  const all = plain(new FrameDecoder().decode(readFileSync(process.argv[2] ?? '')));
  const connection = createMessageConnection(
    new StreamMessageReader(process.stdin),
    new StreamMessageWriter(process.stdout),
  );
  connection.onRequest(objectFull, () => all);
  connection.onClose(() => process.exit());
  process.on('SIGUSR2', () => {
    const processes = all.processes.slice(0, deltaProcesses);
    void connection.sendNotification(ObjectDelta, { processes });
  });
  connection.listen();
}

/** JSON knows no 64-bit numbers: capability masks travel in hexadecimal. */
const plain = (change: Change): Objects =>
  JSON.parse(
    JSON.stringify(change, (_, value: unknown) =>
      typeof value === 'bigint' ? value.toString(16) : value,
    ),
  ) as Objects;

main();
