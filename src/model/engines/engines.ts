import { crun } from './crun';
import type { EngineDefinition } from './definition';
import { docker } from './docker';
import { podman } from './podman';
import { runc } from './runc';

/**
 * The engines we know. Order is rank: where two claim the same main process (Docker and the runc
 * that it runs on), the earlier one names the container.
 */
export const engineDefinitions: readonly EngineDefinition[] = [docker, podman, runc, crun];
