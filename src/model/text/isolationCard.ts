import {
  describeCapabilities,
  powerfulCapabilities,
  type CapabilityDescription,
} from '../caps/capabilities';
import type { EffectiveLimits } from '../cgroups/limits';
import { namespaceTypes, type NamespaceKey, type NamespaceType } from '../ids';
import type { Container, Picture } from '../picture';
import { isIdentity, mapOut, type IdRange } from '../procfs/idMap';
import type { Process } from '../snapshot';

/** How far one brick keeps a container apart from the host. */
export type Level = 'isolated' | 'partly' | 'shared' | 'unknown';

/** The six bricks that isolation is made of, as data; sentences are the views'. */
export type Brick =
  | {
      readonly kind: 'namespaces';
      readonly level: Level;
      readonly own: readonly NamespaceType[];
      readonly sharedWithHost: readonly NamespaceType[];
      readonly unknown: readonly NamespaceType[];
    }
  | {
      readonly kind: 'cgroup';
      readonly level: Level;
      /** Path of its own topmost cgroup; undefined: it lives in one with others. Hostile. */
      readonly path: string | undefined;
      /** Undefined: not asked for. */
      readonly limits: EffectiveLimits<unknown> | undefined;
    }
  | {
      readonly kind: 'user';
      readonly level: Level;
      readonly own: boolean | undefined;
      /** uid outside of root inside; undefined: not mapped or not known. */
      readonly rootOutside: number | undefined;
      readonly uidMap: readonly IdRange[] | undefined;
    }
  | {
      readonly kind: 'seccomp';
      readonly level: Level;
      readonly mode: Process['seccomp'] | undefined;
      readonly filters: number | undefined;
      readonly noNewPrivs: boolean | undefined;
    }
  | {
      readonly kind: 'root';
      readonly level: Level;
      readonly ownMountNamespace: boolean | undefined;
    }
  | {
      readonly kind: 'capabilities';
      readonly level: Level;
      /** What the main process may use: its permitted set. */
      readonly permitted: CapabilityDescription | undefined;
      /** What a program it executes may gain. */
      readonly bounding: CapabilityDescription | undefined;
      /** Of those it may gain, the ones that break isolation in the host's user namespace. */
      readonly powerful: readonly string[];
    };

/** Facts that cost a request of their own. */
export interface CardFacts {
  readonly limits?: EffectiveLimits<unknown> | undefined;
  /** /proc/PID/uid_map of the main process. */
  readonly uidMap?: readonly IdRange[] | undefined;
}

/** The isolation of a container's main process, always in the same order. */
export function isolationCard(
  picture: Picture,
  container: Container,
  facts: CardFacts = {},
): readonly Brick[] {
  const main =
    container.main === undefined ? undefined : picture.snapshot.processes.get(container.main);
  const read = main?.gaps.status === false ? main : undefined;
  const own = ownTypes(picture, container.namespaces);
  return [
    namespacesBrick(own),
    cgroupBrick(picture, container, facts),
    userBrick(own.user, facts.uidMap),
    {
      kind: 'seccomp',
      level: read === undefined ? 'unknown' : read.seccomp === 'disabled' ? 'shared' : 'isolated',
      mode: read?.seccomp,
      filters: read?.seccompFilters,
      noNewPrivs: read?.noNewPrivs,
    },
    rootBrick(own.mnt, container),
    capabilitiesBrick(read, own.user === true),
  ];
}

type Own = Readonly<Partial<Record<NamespaceType, boolean>>>;

function ownTypes(picture: Picture, keys: readonly NamespaceKey[]): Own {
  const own: Partial<Record<NamespaceType, boolean>> = {};
  for (const key of keys) {
    const type = namespaceTypes.find((t) => key.startsWith(`${t}:`));
    if (type !== undefined) own[type] = !picture.isInitial(key);
  }
  return own;
}

/** Namespaces that every engine makes by default; user, time and cgroup are extras. */
const usual: readonly NamespaceType[] = ['ipc', 'mnt', 'net', 'pid', 'uts'];

function namespacesBrick(own: Own): Brick {
  const which = (value: boolean | undefined): readonly NamespaceType[] =>
    namespaceTypes.filter((type) => own[type] === value);
  const mine = which(true);
  const unknown = which(undefined);
  let level: Level = 'partly';
  if (unknown.length === namespaceTypes.length) level = 'unknown';
  else if (mine.length === 0) level = 'shared';
  else if (usual.every((type) => own[type])) level = 'isolated';
  return { kind: 'namespaces', level, own: mine, sharedWithHost: which(false), unknown };
}

function cgroupBrick(picture: Picture, container: Container, { limits }: CardFacts): Brick {
  const [key] = container.cgroups;
  const path = key === undefined ? undefined : picture.snapshot.cgroups.get(key)?.path;
  let level: Level = 'unknown';
  if (limits !== undefined) {
    const { memory, cpus, pids } = limits;
    const set = [memory, cpus, pids].filter((limit) => limit !== undefined).length;
    level = set === 3 ? 'isolated' : set > 0 || path !== undefined ? 'partly' : 'shared';
  }
  return { kind: 'cgroup', level, path, limits };
}

function userBrick(own: boolean | undefined, uidMap: readonly IdRange[] | undefined): Brick {
  const rootOutside = uidMap === undefined ? undefined : mapOut(uidMap, 0);
  let level: Level = 'unknown';
  if (own === false) level = 'shared';
  else if (own === true && uidMap !== undefined) {
    level = rootOutside === 0 || isIdentity(uidMap) ? 'partly' : 'isolated';
  }
  return { kind: 'user', level, own, rootOutside, uidMap };
}

function rootBrick(own: boolean | undefined, { engine, kind }: Container): Brick {
  // An engine gives a root file system of its own; with unshare alone the host's stays in place.
  const pivoted = kind === 'container' && engine !== 'unshare';
  const level = own === undefined ? 'unknown' : !own ? 'shared' : pivoted ? 'isolated' : 'partly';
  return { kind: 'root', level, ownMountNamespace: own };
}

function capabilitiesBrick(main: Process | undefined, ownUser: boolean): Brick {
  if (main === undefined) {
    return {
      kind: 'capabilities',
      level: 'unknown',
      permitted: undefined,
      bounding: undefined,
      powerful: [],
    };
  }
  const { permitted, bounding } = main.capabilities;
  // With no_new_privs no program gains what the process does not have; prctl(2).
  const reachable = main.noNewPrivs ? permitted : permitted | bounding;
  const powerful = powerfulCapabilities(reachable);
  const { known } = describeCapabilities(reachable);
  let level: Level = 'partly';
  if (powerful.length === 0) level = 'isolated';
  // In a user namespace of its own even the full set has no power over the host's resources.
  else if (known === 'full' && !ownUser) level = 'shared';
  return {
    kind: 'capabilities',
    level,
    permitted: describeCapabilities(permitted),
    bounding: describeCapabilities(bounding),
    powerful,
  };
}
