import type { Outcome } from '../outcome';
import type { EngineContainerFacts } from '../picture';
import { isContainerId } from './dockerApi';
import { asArray, asPid, asRecord, asText, asTime, failed, parseJson } from './json';

/** What a conmon(8) command line of Podman says. */
interface Monitor {
  readonly id: string;
  readonly name: string | undefined;
  readonly pidFile: string | undefined;
  /** The places of containers/storage where the container may be registered. */
  readonly registers: readonly string[];
}

/** Undefined: not Podman's (CRI-O uses conmon as well, without `--exit-command podman`). */
function parseArgv(argv: readonly string[]): Monitor | undefined {
  const after = (...names: readonly string[]): string | undefined => {
    const at = argv.findIndex((word) => names.includes(word));
    return at < 0 ? undefined : argv[at + 1];
  };
  const id = after('-c', '--cid');
  if (id === undefined || !isContainerId(id)) return undefined;
  if (after('--exit-command')?.split('/').at(-1) !== 'podman') return undefined;

  // The bundle is `GRAPHROOT/DRIVER-containers/ID/userdata`; the register lies beside the ids.
  const bundle = after('-b', '--bundle');
  const end = `-containers/${id}/userdata`;
  const directory =
    bundle !== undefined && absolute(bundle) && bundle.endsWith(end)
      ? bundle.slice(0, -`/${id}/userdata`.length)
      : undefined;
  const pidFile = after('-p', '--container-pidfile');
  return {
    id,
    name: asText(after('-n', '--name'), 1024),
    pidFile: pidFile !== undefined && absolute(pidFile) ? pidFile : undefined,
    // Containers of `podman run --rm` are in the second since containers/storage 1.43.
    registers:
      directory === undefined
        ? []
        : [`${directory}/containers.json`, `${directory}/volatile-containers.json`],
  };
}

const absolute = (path: string): boolean =>
  path.startsWith('/') && path.length <= 4096 && !path.split('/').includes('..');

export function monitorFiles(argv: readonly string[]): readonly string[] {
  const monitor = parseArgv(argv);
  if (monitor === undefined) return [];
  return [...monitor.registers, ...(monitor.pidFile === undefined ? [] : [monitor.pidFile])];
}

export function parseMonitor(
  argv: readonly string[],
  files: ReadonlyMap<string, string>,
): Outcome<EngineContainerFacts | undefined> {
  const monitor = parseArgv(argv);
  if (monitor === undefined) return { value: undefined, gaps: [] };
  const { id, name, pidFile, registers } = monitor;
  const pidText = pidFile === undefined ? undefined : files.get(pidFile)?.trim();
  const facts: EngineContainerFacts = {
    id,
    name,
    state: 'running',
    pid: pidText !== undefined && /^\d{1,7}$/.test(pidText) ? asPid(Number(pidText)) : undefined,
  };
  for (const path of registers) {
    const text = files.get(path);
    if (text === undefined) continue;
    const list = asArray(parseJson(text));
    if (list === undefined) return failed(facts, path, text);
    const entry = list.map(asRecord).find((record) => record?.['id'] === id);
    if (entry !== undefined) return { value: { ...facts, ...registered(entry, name) }, gaps: [] };
  }
  return { value: facts, gaps: [] };
}

function registered(
  entry: Readonly<Record<string, unknown>>,
  name: string | undefined,
): Partial<EngineContainerFacts> {
  const metadata =
    typeof entry['metadata'] === 'string' ? asRecord(parseJson(entry['metadata'])) : undefined;
  return {
    name: name ?? asText(asArray(entry['names'])?.[0], 1024),
    image: asText(metadata?.['image-name'], 4096) ?? asText(entry['image'], 4096),
    created: asTime(entry['created']),
  };
}
