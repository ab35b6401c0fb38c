import type { Picture } from '../model/picture';
import type { HostStatus } from '../views/status/statusItem';
import type { HostTree } from '../views/tree/hostTree';
import type { HostService } from './services/hostService';
import type { TreeViews } from './services/treeViews';

/** What `activate` returns: the inside, for the tests in a real extension host. Not for other extensions. */
export interface ExtensionApi {
  /** Resolves with the first picture. */
  ready(): Promise<Picture>;
  picture(): Picture | undefined;
  stale(): boolean;
  status(): HostStatus;
  /** Text of the item in the status bar. */
  statusText(): string;
  /** Process id of the agent that runs. */
  agentPid(): number | undefined;
  watchMode(): string;
  readonly trees: Readonly<Record<'containers' | 'namespaces' | 'cgroups', HostTree>>;
  /** How long `activate` took, ms. */
  readonly activationMs: number;
}

export function makeApi(
  host: HostService,
  { containers, namespaces, cgroups }: TreeViews,
  statusText: () => string,
  activationMs: number,
): ExtensionApi {
  return {
    ready: () => host.ready(),
    picture: () => host.picture,
    stale: () => host.stale,
    status: () => host.status,
    statusText,
    agentPid: () => host.agentPid,
    watchMode: () => host.watchMode,
    trees: { containers, namespaces, cgroups },
    activationMs,
  };
}
