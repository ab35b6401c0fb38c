import { containerKey, type NamespaceKey, type Pid } from '../ids';
import type { Process } from '../snapshot';
import { initOf, isOwn, type Draft, type Scene } from './draft';
import { byAge } from './processIndex';
import { isolatedServices, serviceKey } from './services';

function addDraft(
  scene: Scene,
  by: 'pid' | 'mnt' | 'user' | 'service',
  key: Draft['key'],
  main: Process,
  top?: string,
): Draft {
  const draft: Draft = {
    key,
    kind: by === 'service' ? 'service' : 'container',
    engine: by === 'service' ? 'systemd' : 'unshare',
    id: undefined,
    by,
    top,
    around: [],
    within: scene.home.get(main.pid),
    facts: undefined,
    main,
  };
  scene.drafts.set(key, draft);
  return draft;
}

/** Pid namespaces that belong to a container known so far: the one that holds their pid 1. */
export function findPidOwners(scene: Scene): void {
  for (const draft of scene.drafts.values()) {
    const key = draft.main === undefined ? undefined : isOwn(scene, draft.main, 'pid');
    if (key === undefined) continue;
    const init = initOf(scene, key);
    if (init !== undefined && scene.home.get(init.pid) === draft) scene.pidOwner.set(key, draft);
  }
}

/** A container for each pid namespace that is nobody's. */
export function addPidNamespaces(scene: Scene): void {
  const moves: (readonly [Pid, Draft])[] = [];
  for (const key of scene.namespaces.inUse('pid')) {
    if (key === scene.initial.pid || scene.pidOwner.has(key)) continue;
    const main = initOf(scene, key);
    if (main === undefined) continue;
    const draft = addDraft(scene, 'pid', containerKey('ns', key), main);
    scene.pidOwner.set(key, draft);
    for (const p of scene.namespaces.processesIn(key)) {
      const home = scene.home.get(p.pid);
      // Somebody else's process that only joined this namespace stays where it is.
      if (home === undefined || home === draft.within) moves.push([p.pid, draft]);
    }
  }
  // Afterwards, so that `within` of every new container is what the cgroups say.
  for (const [pid, draft] of moves) scene.home.set(pid, draft);
}

/**
 * Homes for what is left: processes that joined a container's namespaces, isolated services, and
 * groups with an own mount (else user) namespace.
 */
export function addLoose(scene: Scene): void {
  const loose = [...scene.snapshot.processes.values()]
    .filter((p) => !p.kernelThread && !scene.home.has(p.pid))
    .sort(byAge);
  const { mountOwner, userOwner } = namespaceOwners(scene);
  const serviceOf = isolatedServices(scene);
  for (const p of loose) {
    const owner = scene.pidOwner.get(p.namespaces.pid ?? ('' as NamespaceKey));
    if (owner !== undefined) {
      scene.home.set(p.pid, owner);
      continue;
    }
    // A process whose pid namespace cannot be read never makes a container.
    if (p.namespaces.pid === undefined) continue;
    const mnt = isOwn(scene, p, 'mnt');
    const user = isOwn(scene, p, 'user');
    const key = mnt ?? user;
    if (key === undefined) continue;
    const known =
      (mnt === undefined ? undefined : mountOwner.get(mnt)) ??
      (user === undefined ? undefined : userOwner.get(user));
    scene.home.set(p.pid, known ?? looseHome(scene, p, key, serviceOf(p)));
  }
  addUnreadable(scene, loose);
}

function looseHome(
  scene: Scene,
  process: Process,
  namespace: NamespaceKey,
  service: string | undefined,
): Draft {
  const key = service === undefined ? containerKey('ns', namespace) : serviceKey(service);
  const by =
    service !== undefined ? 'service' : process.namespaces.mnt === namespace ? 'mnt' : 'user';
  return scene.drafts.get(key) ?? addDraft(scene, by, key, process, service);
}

/** Mount and user namespaces of known containers: who joined only these belongs to them as well. */
function namespaceOwners(scene: Scene): {
  readonly mountOwner: ReadonlyMap<NamespaceKey, Draft>;
  readonly userOwner: ReadonlyMap<NamespaceKey, Draft>;
} {
  const mountOwner = new Map<NamespaceKey, Draft>();
  const userOwner = new Map<NamespaceKey, Draft>();
  // Outer containers first: an inner one may share the mount namespace of the one around it.
  const drafts = [...scene.drafts.values()].sort(
    (a, b) => (a.main?.nspid.length ?? 0) - (b.main?.nspid.length ?? 0),
  );
  for (const draft of drafts) {
    if (draft.main === undefined) continue;
    const mnt = isOwn(scene, draft.main, 'mnt');
    if (mnt !== undefined && !mountOwner.has(mnt)) mountOwner.set(mnt, draft);
    // Not of an engine's container: all rootless ones of a user share one user namespace.
    const user = draft.by === 'pid' ? isOwn(scene, draft.main, 'user') : undefined;
    if (user !== undefined && !userOwner.has(user)) userOwner.set(user, draft);
  }
  return { mountOwner, userOwner };
}

/**
 * NSpid may be read where the namespace links may not. It says that a process is in an inner pid
 * namespace, not in which: that of the nearest ancestor with a home is the best guess.
 */
function addUnreadable(scene: Scene, loose: readonly Process[]): void {
  for (const p of loose) {
    if (scene.home.has(p.pid) || p.namespaces.pid !== undefined || p.nspid.length < 2) continue;
    // Oldest first, so the parent has been here already.
    const home = scene.home.get(p.ppid);
    if (home !== undefined) scene.home.set(p.pid, home);
  }
}
