import type { Gap } from '../../model/outcome';
import { errnoOf, isDenied, isVanished } from '../reader/procText';
import { TooSlow } from './cappedRead';

/** What kept us from reading `where`. An error that is no system call's goes up. */
export function gapOf(error: unknown, where: string, needs: string): Gap {
  if (isVanished(error)) return { kind: 'vanished' };
  if (isDenied(error)) return { kind: 'denied', needs };
  if (error instanceof TooSlow) return { kind: 'unreachable', where, why: 'timed out' };
  const code = errnoOf(error);
  if (code === '') throw error;
  return { kind: 'unreachable', where: where.slice(0, 4096), why: code };
}
