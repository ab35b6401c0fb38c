import type { Picture } from '../model/picture';
import { cliSchemaVersion, type CliOutput } from '../protocol/cli';
import type { EngineAnswer, Hello } from '../protocol/agent';
import { cgroupJson, containerJson, namespaceJson, processJson } from './json';
import type { Options } from './options';
import { select } from './selection';
import { cgroupTable, containerTable, namespaceTable, processTable, type Screen } from './tables';

/** Everything a command prints from. */
export interface View {
  readonly hello: Hello;
  readonly picture: Picture;
  readonly answers: readonly EngineAnswer[];
}

/** @throws NoSuchContainer, AmbiguousContainer */
export function jsonReport({ hello, picture, answers }: View, options: Options): CliOutput {
  const { containers, namespaces, cgroups, processes } = select(picture, options);
  const head = {
    schema: cliSchemaVersion,
    host: {
      hostname: hello.hostname,
      kernel: hello.kernel,
      uid: hello.uid,
      reader: hello.reader,
      clockTick: hello.clockTick,
    },
    revision: picture.snapshot.revision,
    hidden: { ...picture.hidden },
    gaps: answers.flatMap(({ gaps }) => gaps),
  } as const;
  const hierarchies = [...hello.hierarchies];
  const parts = {
    containers: () => containers.map((container) => containerJson(picture, container)),
    namespaces: () => namespaces.map((namespace) => namespaceJson(picture, namespace)),
    cgroups: () => cgroups.map((cgroup) => cgroupJson(picture, cgroup)),
    processes: () => processes.map((process) => processJson(picture, process)),
  };
  switch (options.command) {
    case 'snapshot':
      return {
        command: 'snapshot',
        ...head,
        hierarchies,
        containers: parts.containers(),
        namespaces: parts.namespaces(),
        cgroups: parts.cgroups(),
        processes: parts.processes(),
        engines: [...answers],
      };
    case 'containers':
      return { command: 'containers', ...head, containers: parts.containers() };
    case 'namespaces':
      return { command: 'namespaces', ...head, namespaces: parts.namespaces() };
    case 'cgroups':
      return { command: 'cgroups', ...head, hierarchies, cgroups: parts.cgroups() };
    case 'processes':
      return { command: 'processes', ...head, processes: parts.processes() };
  }
}

/** @throws NoSuchContainer, AmbiguousContainer */
export function textReport({ picture }: View, options: Options, screen: Screen): string {
  const selection = select(picture, options);
  const { containers, namespaces, cgroups, processes } = selection;
  switch (options.command) {
    case 'containers':
      return containerTable(picture, containers, screen);
    case 'namespaces':
      return namespaceTable(picture, namespaces, screen);
    case 'cgroups':
      return cgroupTable(picture, cgroups, options, screen);
    case 'processes':
      return processTable(picture, processes, options, screen);
    case 'snapshot':
      return [
        containerTable(picture, containers, screen),
        namespaceTable(picture, namespaces, screen),
        cgroupTable(picture, cgroups, options, screen),
        processTable(picture, processes, options, screen),
      ].join('\n');
  }
}

/** What lack of rights and silent engines leave out; undefined: nothing. */
export function notes({ hello, picture, answers }: View): string | undefined {
  const { hidden } = picture;
  const lines: string[] = [];
  if (hidden.processes > 0) {
    const way =
      hello.uid === 0 ? 'not even root may read them here' : 'reading them needs root: try --sudo';
    lines.push(`${count(hidden.processes, 'process', 'processes')} not fully readable: ${way}`);
  }
  if (hello.reader === 'node') {
    lines.push(
      `owners and parents are unknown: read with Node (${hello.readerWhy ?? 'asked for'})`,
    );
  }
  for (const { engine, source, gaps } of answers) {
    if (gaps.length > 0) lines.push(`${engine} at ${source}: ${gapWords(gaps)}`);
  }
  return lines.length > 0 ? lines.join('\n') : undefined;
}

const count = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`;

function gapWords(gaps: EngineAnswer['gaps']): string {
  return gaps
    .map((gap) => {
      switch (gap.kind) {
        case 'vanished':
          return 'went away';
        case 'denied':
          return `needs ${gap.needs}`;
        case 'unsupported':
          return `needs ${gap.since}`;
        case 'malformed':
          return `${gap.where} could not be understood`;
        case 'unreachable':
          return `no answer (${gap.why})`;
      }
    })
    .join('; ');
}
