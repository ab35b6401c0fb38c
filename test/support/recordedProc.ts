import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { engineDefinitions } from '../../src/model/engines/engines';
import { cgroupKey, namespaceKey, namespaceTypes, type NamespaceType } from '../../src/model/ids';
import type { Gap, Outcome } from '../../src/model/outcome';
import type { EngineContainerFacts, EngineFacts, HostFacts } from '../../src/model/picture';
import type { ProcFile, ProcSource } from '../../src/model/procfs/source';
import type { BesidesProc } from '../../src/model/procfs/snapshotFromProc';
import type { Cgroup, CgroupHierarchy, Namespace } from '../../src/model/snapshot';

/** test/fixtures/proc/CASE/case.json; written by test/tools/record-proc.ts. */
export interface RecordedCase {
  readonly kernel: string;
  /** How it was recorded, and what was changed by hand. */
  readonly how: string;
  /** What is unusual about it. */
  readonly odd: readonly string[];
  readonly uid: number;
  readonly clockTick: number;
  readonly bootTime: number;
  readonly initial: Readonly<Partial<Record<NamespaceType, number>>>;
  readonly hierarchies: readonly CgroupHierarchy[];
  readonly cgroups: readonly (readonly [hierarchy: number, path: string, inode: number])[];
  /** nsfs: 0 where the kernel did not tell. */
  readonly namespaces: readonly {
    readonly type: NamespaceType;
    readonly inode: number;
    readonly parent: number;
    readonly owner: number;
  }[];
  /** Error codes by path below the case: `1/ns/mnt`, `7/status`, or `7` for all of a process. */
  readonly unreadable: Readonly<Record<string, string>>;
  readonly engines: readonly RecordedEngine[];
}

/** What an engine's place answered, as it came: names of files below the case. */
export type RecordedEngine =
  | {
      readonly kind: 'socket';
      readonly engine: string;
      readonly list: string;
      readonly inspect: readonly string[];
    }
  | {
      readonly kind: 'state';
      readonly engine: string;
      readonly id: string;
      readonly file: string;
    }
  | {
      readonly kind: 'monitor';
      readonly engine: string;
      readonly argv: readonly string[];
      /** Path on the host → name of the file. */
      readonly files: Readonly<Record<string, string>>;
    };

export interface RecordedProc {
  readonly recorded: RecordedCase;
  readonly source: ProcSource;
  readonly besides: BesidesProc;
  readonly host: HostFacts;
  readonly hierarchies: readonly CgroupHierarchy[];
  readonly engines: readonly EngineFacts[];
}

export const casesDirectory = join(__dirname, '../fixtures/proc');

export const caseNames = (): readonly string[] => readdirSync(casesDirectory).sort();

/** A recorded /proc: a folder per pid, files as the kernel wrote them, links in one file `ns`. */
export function recordedProc(name: string): RecordedProc {
  const root = join(casesDirectory, name);
  const recorded = JSON.parse(readFileSync(join(root, 'case.json'), 'utf8')) as RecordedCase;
  return {
    recorded,
    source: sourceOf(root, recorded),
    besides: {
      bootTime: recorded.bootTime,
      cgroups: cgroupsOf(recorded),
      namespaces: recorded.namespaces.map(namespaceOf),
    },
    host: {
      hostname: 'host',
      kernel: recorded.kernel,
      uid: recorded.uid,
      clockTick: recorded.clockTick,
      initial: Object.fromEntries(
        namespaceTypes.flatMap((type) => {
          const inode = recorded.initial[type];
          return inode === undefined ? [] : [[type, namespaceKey(type, inode)]];
        }),
      ),
    },
    hierarchies: recorded.hierarchies,
    engines: recorded.engines.map((engine) => engineFacts(root, engine)),
  };
}

const gapOf = (code: string): Gap =>
  code === 'EACCES' || code === 'EPERM'
    ? { kind: 'denied', needs: 'CAP_SYS_PTRACE' }
    : { kind: 'vanished' };

function sourceOf(root: string, { unreadable }: RecordedCase): ProcSource {
  const errorOf = (pid: number, path: string): Gap | undefined => {
    const code = unreadable[String(pid)] ?? unreadable[`${pid}/${path}`];
    return code === undefined ? undefined : gapOf(code);
  };
  return {
    pids: () => {
      const names = new Set([...readdirSync(root), ...Object.keys(unreadable)]);
      const pids = [...names].filter((name) => /^\d+$/.test(name)).map(Number);
      return Promise.resolve(pids.sort((a, b) => a - b));
    },
    readText: (pid: number, file: ProcFile) =>
      Promise.resolve(errorOf(pid, file) ?? readFileSync(join(root, String(pid), file), 'utf8')),
    readLink: (pid: number, type: NamespaceType) => {
      const error = errorOf(pid, `ns/${type}`);
      if (error !== undefined) return Promise.resolve(error);
      const lines = readFileSync(join(root, String(pid), 'ns'), 'utf8').split('\n');
      const target = lines.find((line) => line.startsWith(`${type} `))?.slice(type.length + 1);
      return Promise.resolve(target ?? gapOf('ENOENT'));
    },
  };
}

function cgroupsOf({ cgroups }: RecordedCase): readonly Cgroup[] {
  const keys = new Map(cgroups.map(([h, path, inode]) => [`${h}:${path}`, cgroupKey(h, inode)]));
  return cgroups.map(([hierarchy, path, inode]) => ({
    key: cgroupKey(hierarchy, inode),
    hierarchy,
    inode,
    path,
    parent:
      path === '/'
        ? undefined
        : keys.get(`${hierarchy}:${path.slice(0, path.lastIndexOf('/')) || '/'}`),
    processes: undefined,
  }));
}

function namespaceOf(n: RecordedCase['namespaces'][number]): Namespace {
  return {
    key: namespaceKey(n.type, n.inode),
    type: n.type,
    inode: n.inode,
    id: undefined,
    owner: n.owner === 0 ? undefined : namespaceKey('user', n.owner),
    parent: n.parent === 0 ? undefined : namespaceKey(n.type, n.parent),
    ownerUid: undefined,
    openDenied: false,
    ownerDenied: false,
    parentDenied: false,
    hidden: false,
  };
}

function engineFacts(root: string, recorded: RecordedEngine): EngineFacts {
  const read = (name: string): string => readFileSync(join(root, name), 'utf8');
  const answers: Outcome<readonly (EngineContainerFacts | undefined)[]>[] = [];
  for (const source of engineDefinitions.find((e) => e.id === recorded.engine)?.sources ?? []) {
    if (source.kind === 'socket' && recorded.kind === 'socket') {
      // Before the list, so that the pid which only they tell comes first.
      for (const name of recorded.inspect) answers.push(one(source.parseInspect?.(read(name))));
      const { value, gaps } = source.parseList(read(recorded.list));
      answers.push({ value: value.containers, gaps });
    } else if (source.kind === 'state' && recorded.kind === 'state') {
      answers.push(one(source.parse(recorded.id, read(recorded.file))));
    } else if (source.kind === 'monitor' && recorded.kind === 'monitor') {
      const files = Object.entries(recorded.files).map(
        ([path, name]) => [path, read(name)] as const,
      );
      answers.push(one(source.parse(recorded.argv, new Map(files))));
    }
  }
  return {
    engine: recorded.engine,
    source: recorded.kind,
    containers: answers.flatMap(({ value }) => value).filter((c) => c !== undefined),
    gaps: answers.flatMap(({ gaps }) => gaps),
  };
}

const one = <T>(outcome: Outcome<T> | undefined): Outcome<readonly T[]> =>
  outcome === undefined ? { value: [], gaps: [] } : { value: [outcome.value], gaps: outcome.gaps };
