import type { CgroupUsage } from '../model/cgroups/usage';
import type { CgroupKey } from '../model/ids';
import type { Picture } from '../model/picture';
import { safe } from '../model/text/safe';
import { cliSchemaVersion, type CliOutput } from '../protocol/cli';
import type { EngineAnswer, Hello } from '../protocol/agent';
import { cgroupJson, containerJson, namespaceJson, processJson } from './json';
import type { Options } from './options';
import { select } from './selection';
import { cgroupTable } from './cgroupTable';
import { containerTable } from './containerTable';
import { namespaceTable } from './namespaceTable';
import { processTable } from './processTable';
import type { Screen } from './table';

/** Everything a command prints from. */
export interface View {
  readonly hello: Hello;
  readonly picture: Picture;
  readonly answers: readonly EngineAnswer[];
  /** Of the cgroups that were asked about. */
  readonly usage: ReadonlyMap<CgroupKey, CgroupUsage>;
}

/** @throws NoSuchContainer, AmbiguousContainer */
export function jsonReport({ hello, picture, answers, usage }: View, options: Options): CliOutput {
  const { containers, namespaces, cgroups, processes } = select(picture, options);
  const head = {
    schema: cliSchemaVersion as typeof cliSchemaVersion,
    version: hello.version,
    host: {
      hostname: hello.hostname,
      kernel: hello.kernel,
      bootId: hello.bootId,
      uid: hello.uid,
      reader: hello.reader,
      readerWhy: hello.readerWhy ?? null,
      events: [...hello.events],
      clockTick: hello.clockTick,
      initial: { ...hello.initial },
      own: { ...hello.own },
    },
    revision: picture.snapshot.revision,
    hidden: { ...picture.hidden },
    gaps: answers.flatMap(({ gaps }) => gaps),
  };
  const hierarchies = [...hello.hierarchies];
  const parts = {
    containers: () => containers.map((container) => containerJson(picture, container)),
    namespaces: () => namespaces.map((namespace) => namespaceJson(picture, namespace)),
    cgroups: () => cgroups.map((cgroup) => cgroupJson(picture, cgroup, usage.get(cgroup.key))),
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
export function textReport({ picture, usage }: View, options: Options, screen: Screen): string {
  const { containers, namespaces, cgroups, processes } = select(picture, options);
  switch (options.command) {
    case 'containers':
      return containerTable(picture, containers, options, screen);
    case 'namespaces':
      return namespaceTable(picture, namespaces, options, screen);
    case 'cgroups':
      return cgroupTable(picture, cgroups, usage, options, screen);
    case 'processes':
      return processTable(picture, processes, options, screen);
    case 'snapshot':
      return [
        containerTable(picture, containers, options, screen),
        namespaceTable(picture, namespaces, options, screen),
        cgroupTable(picture, cgroups, usage, options, screen),
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
      `owners and parents are unknown: read with Node (${safe(hello.readerWhy ?? 'asked for')})`,
    );
  }
  for (const { engine, source, gaps } of answers) {
    if (gaps.length > 0)
      lines.push(`${safe(engine)} at ${safe(source)}: ${safe(gapWords(gaps), 512)}`);
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
