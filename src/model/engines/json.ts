import type { Gap, Outcome } from '../outcome';

/** Longest piece of a malformed text that travels in a gap. */
const excerpt = 200;

export const malformed = (where: string, text: string): Gap => ({
  kind: 'malformed',
  where,
  text: text.slice(0, excerpt),
});

export const failed = <T>(value: T, where: string, text: string): Outcome<T> => ({
  value,
  gaps: [malformed(where, text)],
});

/** The value of a JSON text; undefined when it is none (`undefined` is no JSON value). */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (e) {
    if (e instanceof SyntaxError) return undefined;
    throw e;
  }
}

export function asRecord(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

export const asArray = (value: unknown): readonly unknown[] | undefined =>
  Array.isArray(value) ? (value as unknown[]) : undefined;

/** A string cut to `max`; undefined for anything else and for the empty string. */
export const asText = (value: unknown, max: number): string | undefined =>
  typeof value === 'string' && value !== '' ? value.slice(0, max) : undefined;

const maxPid = 4_194_304;

/** A process id; 0, which engines say of a container that does not run, is none. */
export const asPid = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= maxPid
    ? value
    : undefined;

/** A start time in clock ticks; crun writes a number, others may write digits. */
export const asTicks = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : undefined;

/** Unix time in seconds from RFC 3339. */
export function asTime(value: unknown): number | undefined {
  if (typeof value !== 'string' || value.length > 64) return undefined;
  const ms = Date.parse(value);
  return Number.isFinite(ms) && ms > 0 ? ms / 1000 : undefined;
}

const maxLabels = 256;

/** Labels of a container: a flat record of strings; undefined when there are none. */
export function asLabels(value: unknown): Readonly<Record<string, string>> | undefined {
  const record = asRecord(value);
  if (record === undefined) return undefined;
  const entries: [string, string][] = [];
  for (const [key, text] of Object.entries(record)) {
    if (typeof text !== 'string' || key.length > 1024 || key === '__proto__') continue;
    entries.push([key, text.slice(0, 8192)]);
    if (entries.length === maxLabels) break;
  }
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
