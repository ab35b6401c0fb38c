/** Two largest units, never words, so that nothing needs a plural: `4d 3h`, `12m 5s`, `0s`. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return '?';
  const s = Math.floor(seconds);
  const parts: readonly (readonly [number, string])[] = [
    [Math.floor(s / 86_400), 'd'],
    [Math.floor(s / 3600) % 24, 'h'],
    [Math.floor(s / 60) % 60, 'm'],
    [s % 60, 's'],
  ];
  const first = parts.findIndex(([n]) => n > 0);
  if (first < 0) return '0s';
  return parts
    .slice(first, first + 2)
    .filter(([n], i) => i === 0 || n > 0)
    .map(([n, unit]) => `${n}${unit}`)
    .join(' ');
}

/**
 * Seconds since a process started. `start` is stat field 22 in clock ticks, `bootTime`
 * CLOCK_BOOTTIME in milliseconds: both count from boot, time asleep included.
 */
export const processAge = (start: number, bootTime: number, clockTick: number): number =>
  Math.max(0, bootTime / 1000 - start / clockTick);
