import type { CgroupMembership } from '../cgroups/membership';
import { containerKey, type ContainerKey } from '../ids';
import type { Process } from '../snapshot';
import { isOwn, type Scene } from './draft';
import { byAge } from './processIndex';

/**
 * The cgroup path of the systemd service that memberships are in. Undefined where the innermost
 * unit is a scope: what a user's manager started for a session or an application.
 */
export function servicePath(memberships: readonly CgroupMembership[]): string | undefined {
  const path = (
    memberships.find((m) => m.version === 2 && m.path !== '/') ??
    memberships.find((m) => m.controllers.includes('name=systemd'))
  )?.path;
  if (path === undefined) return undefined;
  const parts = path.split('/');
  const unit = parts.findLastIndex((part) => part.endsWith('.service') || part.endsWith('.scope'));
  return parts[unit]?.endsWith('.service') === true
    ? parts.slice(0, unit + 1).join('/')
    : undefined;
}

export const serviceKey = (path: string): ContainerKey => containerKey('systemd', path);

/**
 * Finds, for a process in own mount or user namespaces, the service that put it there. A service
 * counts as isolated when its oldest process is: `unshare` in the terminal of a service that runs
 * in the host's namespaces is not the service's isolation.
 */
export function isolatedServices(scene: Scene): (process: Process) => string | undefined {
  const oldest = new Map<string, Process>();
  const paths = new Map<string, string | undefined>();
  const pathOf = (p: Process): string | undefined => {
    if (p.cgroupText === undefined) return undefined;
    if (!paths.has(p.cgroupText)) {
      paths.set(p.cgroupText, servicePath(scene.cgroups.membershipsOf(p)));
    }
    return paths.get(p.cgroupText);
  };
  for (const p of scene.snapshot.processes.values()) {
    if (p.kernelThread || scene.home.has(p.pid)) continue;
    const path = pathOf(p);
    if (path === undefined) continue;
    const first = oldest.get(path);
    if (first === undefined || byAge(p, first) < 0) oldest.set(path, p);
  }
  return (process) => {
    const path = pathOf(process);
    const first = path === undefined ? undefined : oldest.get(path);
    if (first === undefined) return undefined;
    const isolated =
      first.gaps.namespaces ||
      isOwn(scene, first, 'mnt') !== undefined ||
      isOwn(scene, first, 'user') !== undefined;
    return isolated ? path : undefined;
  };
}
