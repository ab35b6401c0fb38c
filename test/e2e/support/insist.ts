import { deadlineMs } from './deadline';

/**
 * Does something again until it does not throw: tooltips, menus and rows are drawn anew under the mouse
 * whenever the host changes. Each attempt waits for what it needs; `what` names it in the failure.
 */
export async function insist<T>(what: string, attempt: () => Promise<T>): Promise<T> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() < end) continue;
      throw new Error(`tried in vain: ${what}`, { cause: error });
    }
  }
}
