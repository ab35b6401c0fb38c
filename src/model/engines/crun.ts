import type { Outcome } from '../outcome';
import type { EngineContainerFacts } from '../picture';
import type { EngineDefinition } from './definition';
import { asPid, asRecord, asText, asTicks, asTime, failed, parseJson } from './json';
import { isRuntimeId, matchScope } from './ociRuntime';

/** crun(1) by itself: `crun run` of a bundle. */
export const crun: EngineDefinition = {
  id: 'crun',
  label: 'crun',
  icon: 'package',
  match: (path) => matchScope('crun', path),
  sources: [{ kind: 'state', roots: ['/run/crun'], file: 'status', parse: parseStatusFile }],
};

/** The file `status` of libcrun; the id is the name of its directory only. */
function parseStatusFile(id: string, text: string): Outcome<EngineContainerFacts | undefined> {
  const status = asRecord(parseJson(text));
  if (status === undefined || !isRuntimeId(id) || !('pid' in status)) {
    return failed(undefined, `crun/${id.slice(0, 256)}/status`, text);
  }
  const bundle = asText(status['bundle'], 4096);
  return {
    value: {
      id,
      name: id,
      state: 'running',
      pid: asPid(status['pid']),
      start: asTicks(status['process-start-time']),
      created: asTime(status['created']),
      labels: bundle === undefined ? undefined : { bundle },
    },
    gaps: [],
  };
}
