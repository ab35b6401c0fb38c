import type { Event } from 'vscode';
import type { CgroupUsage } from '../model/cgroups/usage';
import type { Container, Picture } from '../model/picture';
import type { Cgroup, Process } from '../model/snapshot';
import type { CardFacts } from '../model/text/isolationCard';

/** Where the views get the picture from. They render it and never fetch it. */
export interface PictureSource {
  /** Undefined until the first one has come. */
  readonly picture: Picture | undefined;
  /** The agent is gone: this is how things were, not how they are. */
  readonly stale: boolean;
  readonly onDidChange: Event<void>;
}

/** What is read only for what is shown. */
export interface DetailSource {
  /** What is known now; asking also orders the next reading. Undefined: not known (yet). */
  usage(cgroup: Cgroup): CgroupUsage | undefined;
  /** argv of a process; undefined where it has ended or may not be read. */
  cmdline(process: Process): Promise<readonly string[] | undefined>;
  /** What the isolation card of a container says besides the picture. */
  cardFacts(picture: Picture, container: Container): Promise<CardFacts>;
}

/** What the user chose to see; read at each rendering. */
export interface TreeOptions {
  readonly showServices: boolean;
  readonly showKernelThreads: boolean;
}
