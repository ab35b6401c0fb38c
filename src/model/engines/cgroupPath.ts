/** `id` of the container and `top`, its topmost cgroup; what `EngineDefinition.match` answers. */
export interface CgroupMatch {
  readonly id: string;
  readonly top: string;
}

/** A cgroup path may be 4096 bytes long (PATH_MAX); more is not looked at. */
const maxPath = 4096;

/**
 * The deepest component of a cgroup path that `idOf` knows as a container's. `above` is the
 * component before it, empty at the top.
 */
export function deepestComponent(
  path: string,
  idOf: (component: string, above: string) => string | undefined,
): CgroupMatch | undefined {
  if (path.length > maxPath) return undefined;
  const parts = path.split('/');
  for (let i = parts.length - 1; i > 0; i--) {
    const id = idOf(parts[i] ?? '', parts[i - 1] ?? '');
    if (id !== undefined) return { id, top: parts.slice(0, i + 1).join('/') };
  }
  return undefined;
}
