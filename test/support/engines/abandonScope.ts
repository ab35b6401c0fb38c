import { startScope } from './scope';

/**
 * A program for the test of killed tests: it makes a scope with a user's process in it, prints the
 * name and waits until it is killed.
 */
async function main(): Promise<void> {
  const scope = await startScope();
  await scope.runChecked(['sh', '-c', 'exec sleep infinity >/dev/null 2>&1 &']);
  process.stdout.write(`${scope.name}\n`);
  process.stdin.resume();
}

void main();
