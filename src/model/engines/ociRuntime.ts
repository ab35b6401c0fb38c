import { deepestComponent, type CgroupMatch } from './cgroupPath';

/** Ids as runc and crun accept them: one path component. */
const runtimeId = /^[\w+.-]{1,256}$/;

export const isRuntimeId = (id: string): boolean => runtimeId.test(id) && id !== '.' && id !== '..';

/**
 * `…/RUNTIME-ID.scope`, the name with the systemd cgroup driver and no path in the bundle. With
 * cgroupfs the path is what the bundle says, or `/ID`: only the state file's pid recognises that.
 */
export function matchScope(runtime: string, path: string): CgroupMatch | undefined {
  return deepestComponent(path, (component) => {
    if (!component.startsWith(`${runtime}-`) || !component.endsWith('.scope')) return undefined;
    const id = component.slice(runtime.length + 1, -'.scope'.length);
    return isRuntimeId(id) ? id : undefined;
  });
}
