import type { Outcome, Gap } from '../outcome';
import type { EngineContainerFacts } from '../picture';
import type { EngineReply } from './definition';
import {
  asArray,
  asLabels,
  asPid,
  asRecord,
  asText,
  asTime,
  failed,
  malformed,
  parseJson,
} from './json';

/** Docker's and, through its compatible API, Podman's ids. */
export const isContainerId = (id: string): boolean => /^[0-9a-f]{64}$/.test(id);

/** `GET /containers/json?all=1` of the Docker Engine API (v1.24 and later). */
export const listPath = '/containers/json?all=1';

/** `GET /containers/ID/json`. An id that is none is refused: it would become part of a request. */
export function inspectPath(id: string): string {
  if (!isContainerId(id)) throw new RangeError('not a container id');
  return `/containers/${id}/json`;
}

const maxContainers = 10_000;
const maxGaps = 20;

export function parseList(body: string): Outcome<EngineReply> {
  const where = 'containers/json';
  const list = asArray(parseJson(body));
  if (list === undefined) return failed({ containers: [] }, where, body);
  const containers: EngineContainerFacts[] = [];
  const gaps: Gap[] = [];
  for (const item of list.slice(0, maxContainers)) {
    const facts = listed(item);
    if (facts !== undefined) containers.push(facts);
    else if (gaps.length < maxGaps) gaps.push(malformed(where, JSON.stringify(item)));
  }
  if (list.length > maxContainers) gaps.push(malformed(where, `${list.length} containers`));
  return { value: { containers }, gaps };
}

function listed(item: unknown): EngineContainerFacts | undefined {
  const record = asRecord(item);
  const id = record?.['Id'];
  if (record === undefined || typeof id !== 'string' || !isContainerId(id)) return undefined;
  const created = record['Created'];
  return {
    id,
    name: withoutSlash(asText(asArray(record['Names'])?.[0], 1024)),
    image: asText(record['Image'], 4096),
    command: asText(record['Command'], 4096),
    state: asText(record['State'], 64) ?? 'unknown',
    pid: undefined,
    created: typeof created === 'number' && created > 0 ? created : undefined,
    labels: asLabels(record['Labels']),
  };
}

export function parseInspect(body: string): Outcome<EngineContainerFacts | undefined> {
  const record = asRecord(parseJson(body));
  const id = record?.['Id'];
  if (record === undefined || typeof id !== 'string' || !isContainerId(id)) {
    return failed(undefined, 'containers/ID/json', body);
  }
  const state = asRecord(record['State']);
  const config = asRecord(record['Config']);
  const words = [record['Path'], ...(asArray(record['Args']) ?? [])].filter(
    (word) => typeof word === 'string',
  );
  return {
    value: {
      id,
      name: withoutSlash(asText(record['Name'], 1024)),
      image: asText(config?.['Image'], 4096),
      command: asText(words.slice(0, 256).join(' '), 4096),
      state: asText(state?.['Status'], 64) ?? 'unknown',
      pid: asPid(state?.['Pid']),
      created: asTime(record['Created']),
      labels: asLabels(config?.['Labels']),
    },
    gaps: [],
  };
}

/** Docker writes a link's full path: `/webserver`; the name a person gave has no slash. */
const withoutSlash = (name: string | undefined): string | undefined =>
  name?.startsWith('/') === true ? asText(name.slice(1), 1024) : name;
