import type { Hidden } from '../picture';
import type { Snapshot } from '../snapshot';

export function countHidden(snapshot: Snapshot): Hidden {
  let processes = 0;
  for (const { gaps } of snapshot.processes.values()) {
    if (gaps.namespaces || gaps.status || gaps.cgroup) processes++;
  }
  let namespaces = 0;
  for (const n of snapshot.namespaces.values()) if (n.openDenied) namespaces++;
  return { processes, namespaces };
}
