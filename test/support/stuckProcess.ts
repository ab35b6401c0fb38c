import { constants } from 'node:fs';
import { openFd, within, workInside } from '../../src/native-bridge/agent/cappedRead';
import { Lifetime } from '../../src/native-bridge/agent/lifetime';

/** Ends as the agent does, at the end of its input, while a thread waits in open(2) of a fifo. */
const log = { info: () => undefined, warn: () => undefined };
const lifetime = new Lifetime(log);
lifetime.owns({
  dispose: () => undefined,
  get isBusy() {
    return workInside() > 0;
  },
});
process.stdin.on('end', () => lifetime.end(0)).resume();
void within(600_000, 'fifo', () => openFd(process.argv[2] ?? '', constants.O_RDONLY));
process.stdout.write('stuck\n');
