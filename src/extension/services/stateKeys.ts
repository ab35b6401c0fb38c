import type { Disposable } from 'vscode';
import type { HostStatus, StatusSource } from '../../views/status/statusItem';
import type { ContextKeys } from '../contributions';
import type { ContextKeySetter } from '../platform/contextKeys';

const states = {
  unsupported: 'unsupported',
  off: 'loading',
  starting: 'loading',
  failed: 'failed',
  ready: 'ready',
  stale: 'ready',
} as const satisfies Record<HostStatus['kind'], ContextKeys['containerInternals.state']>;

/** Keeps the context keys of `when` clauses at what the status is. */
export function followState(source: StatusSource, keys: ContextKeySetter): Disposable {
  const set = () => {
    const { status } = source;
    keys.set('containerInternals.state', states[status.kind]);
    const rights = 'rights' in status ? (status.rights === 'user' ? 'user' : 'root') : 'none';
    keys.set('containerInternals.rights', rights);
  };
  set();
  return source.onDidChangeStatus(set);
}
