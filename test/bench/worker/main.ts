import { ops, type Ops } from './ops';
import { endAll } from './owned';

interface Message {
  readonly op: keyof Ops;
  readonly args: readonly unknown[];
}

async function answer({ op, args }: Message): Promise<void> {
  try {
    // Each op stands with its own arguments; the compiler cannot follow a union of keys.
    const result = await (ops[op] as (...args: readonly unknown[]) => unknown)(...args);
    process.send?.({ result });
  } catch (error) {
    process.send?.({ error: error instanceof Error ? (error.stack ?? '') : String(error) });
  }
}

process.on('message', (message) => void answer(message as Message));
process.on('disconnect', () => void endAll().then(() => process.exit()));
// Ctrl-C reaches the whole group; who leads us decides when we end.
process.on('SIGINT', () => undefined);
