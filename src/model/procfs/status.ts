import type { CapabilitySets, Ids, Process } from '../snapshot';

/** What we use of /proc/PID/status; proc_pid_status(5). Undefined: not there or malformed. */
export interface Status {
  readonly uid: Ids | undefined;
  readonly gid: Ids | undefined;
  readonly capabilities: CapabilitySets | undefined;
  /** From the reader's pid namespace inwards. Linux 4.1. */
  readonly nspid: readonly number[] | undefined;
  readonly threads: number | undefined;
  readonly noNewPrivs: boolean | undefined;
  readonly seccomp: Process['seccomp'] | undefined;
  /** Linux 5.9. */
  readonly seccompFilters: number | undefined;
}

/** Fields by name; the first of a name counts, so that nothing a process wrote can repeat one. */
export function parseStatus(text: string): Status {
  const fields = new Map<string, string>();
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':');
    if (colon < 1) continue;
    const name = line.slice(0, colon);
    if (!fields.has(name)) fields.set(name, line.slice(colon + 1).trim());
  }
  return {
    uid: ids(fields.get('Uid')),
    gid: ids(fields.get('Gid')),
    capabilities: capabilities(fields),
    nspid: numbers(fields.get('NSpid')),
    threads: number(fields.get('Threads')),
    noNewPrivs: flag(fields.get('NoNewPrivs')),
    seccomp: seccompModes[fields.get('Seccomp') ?? ''],
    seccompFilters: number(fields.get('Seccomp_filters')),
  };
}

const seccompModes: Readonly<Partial<Record<string, Process['seccomp']>>> = Object.assign(
  Object.create(null) as object,
  { '0': 'disabled', '1': 'strict', '2': 'filter' } as const,
);

const number = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : undefined;

const flag = (text: string | undefined): boolean | undefined =>
  text === '0' || text === '1' ? text === '1' : undefined;

/** MAX_PID_NS_LEVEL (32) and the reader's own. */
const maxLevels = 33;

function numbers(text: string | undefined): readonly number[] | undefined {
  const parts = text === undefined || text === '' ? [] : text.split(/\s+/, maxLevels);
  const result = parts.map(number).filter((n) => n !== undefined);
  return result.length > 0 && result.length === parts.length ? result : undefined;
}

function ids(text: string | undefined): Ids | undefined {
  const all = numbers(text);
  const [real, effective, saved, filesystem] = all ?? [];
  return real === undefined ||
    effective === undefined ||
    saved === undefined ||
    filesystem === undefined
    ? undefined
    : [real, effective, saved, filesystem];
}

function capabilities(fields: ReadonlyMap<string, string>): CapabilitySets | undefined {
  const mask = (name: string): bigint | undefined => {
    const text = fields.get(name);
    return text !== undefined && /^[0-9a-f]{1,16}$/.test(text) ? BigInt(`0x${text}`) : undefined;
  };
  const [inheritable, permitted, effective, bounding, ambient] = [
    mask('CapInh'),
    mask('CapPrm'),
    mask('CapEff'),
    mask('CapBnd'),
    mask('CapAmb'),
  ];
  return inheritable === undefined ||
    permitted === undefined ||
    effective === undefined ||
    bounding === undefined ||
    ambient === undefined
    ? undefined
    : { inheritable, permitted, effective, bounding, ambient };
}
