import type { Outcome } from '../outcome';
import type { EngineContainerFacts } from '../picture';
import type { EngineDefinition } from './definition';
import { asArray, asPid, asRecord, asTicks, asTime, failed, parseJson } from './json';
import { isRuntimeId, matchScope } from './ociRuntime';

/** runc(8) by itself: `runc run` of a bundle. */
export const runc: EngineDefinition = {
  id: 'runc',
  label: 'runc',
  icon: 'package',
  match: (path) => matchScope('runc', path),
  sources: [{ kind: 'state', roots: ['/run/runc'], file: 'state.json', parse: parseState }],
};

/** libcontainer's state.json. It does not say whether the container runs; the process tells. */
function parseState(id: string, text: string): Outcome<EngineContainerFacts | undefined> {
  const state = asRecord(parseJson(text));
  if (state === undefined || state['id'] !== id || !isRuntimeId(id)) {
    return failed(undefined, `runc/${id.slice(0, 256)}/state.json`, text);
  }
  return {
    value: {
      id,
      name: id,
      state: 'running',
      pid: asPid(state['init_process_pid']),
      start: asTicks(state['init_process_start']),
      created: asTime(state['created']),
      labels: labelsOf(asRecord(state['config'])),
    },
    gaps: [],
  };
}

/** Written as `key=value`; `bundle` is always among them. */
function labelsOf(
  config: Readonly<Record<string, unknown>> | undefined,
): Readonly<Record<string, string>> | undefined {
  const pairs: [string, string][] = [];
  for (const label of (asArray(config?.['labels']) ?? []).slice(0, 256)) {
    if (typeof label !== 'string') continue;
    const at = label.indexOf('=');
    if (at < 1 || at > 1024) continue;
    pairs.push([label.slice(0, at), label.slice(at + 1, at + 1 + 8192)]);
  }
  return pairs.length === 0 ? undefined : Object.fromEntries(pairs);
}
