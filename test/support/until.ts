import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';

/** Far beyond what a loaded machine needs: only a test that fails waits so long. */
const deadlineMs = 60_000;

/** Waits for a condition; `what` names it in the failure. */
export async function until<T>(
  what: string,
  condition: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    const value = await condition();
    if (value !== undefined && value !== false) return value;
    assert.ok(performance.now() < end, `waited in vain: ${what}`);
    await delay(20);
  }
}
