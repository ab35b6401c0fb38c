import type { Outcome } from '../outcome';
import type { EngineContainerFacts } from '../picture';

/** What an engine's place answered, parsed. */
export interface EngineReply {
  readonly version?: string | undefined;
  readonly containers: readonly EngineContainerFacts[];
}

/** An HTTP API on a unix socket. Only GET, only these paths, at most 1 s and 8 MiB. */
export interface SocketSource {
  readonly kind: 'socket';
  /** Well-known places, absolute. */
  readonly paths: readonly string[];
  /** comm of the daemon: the sockets such a process listens on are asked as well, in its own root. */
  readonly daemon?: string;
  /** Request path of the list, e.g. `/containers/json?all=1`. */
  readonly list: string;
  /** Request path for one container whose pid the list does not tell. */
  readonly inspect?: (id: string) => string;
  parseList(body: string): Outcome<EngineReply>;
  parseInspect?(body: string): Outcome<EngineContainerFacts | undefined>;
}

/** One directory per container below a root, with a JSON file in it (runc, crun). */
export interface StateSource {
  readonly kind: 'state';
  readonly roots: readonly string[];
  /** File below `root/<id>/`. */
  readonly file: string;
  parse(id: string, text: string): Outcome<EngineContainerFacts | undefined>;
}

/** A monitor process per container whose command line names it (conmon). */
export interface MonitorSource {
  readonly kind: 'monitor';
  readonly comm: string;
  /** Files worth reading besides (in the monitor's root), from its argv; at most 4, 8 MiB each. */
  files(argv: readonly string[]): readonly string[];
  parse(
    argv: readonly string[],
    files: ReadonlyMap<string, string>,
  ): Outcome<EngineContainerFacts | undefined>;
}

export type EngineSource = SocketSource | StateSource | MonitorSource;

/**
 * Everything the product knows of one engine. Adding an engine is one file that exports one of
 * these, and one line in `engines.ts`.
 */
export interface EngineDefinition {
  readonly id: string;
  /** Proper name, not translated. */
  readonly label: string;
  /** Codicon. */
  readonly icon: string;
  /**
   * Recognises a cgroup path (v1 or v2) of a container of this engine. `top` is the container's
   * topmost cgroup, a prefix of `path`.
   */
  match(path: string): { readonly id: string; readonly top: string } | undefined;
  readonly sources: readonly EngineSource[];
}
