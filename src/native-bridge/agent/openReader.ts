import { existsSync } from 'node:fs';
import { findHierarchies, type Hierarchy } from '../reader/hierarchies';
import { NodeReader } from '../reader/nodeReader';
import type { Reader } from '../reader/reader';
import { openInSameRoot, type OpenInRoot } from './engines/inRoot';
import type { AgentLog } from './log';

export interface OpenedReader {
  readonly reader: Reader;
  /** Why it is not the native one. */
  readonly why: string | undefined;
  readonly hierarchies: readonly Hierarchy[];
  readonly openInRoot: OpenInRoot;
}

/** The native reader where its library can be loaded, else the one in plain Node. */
export async function openReader(
  library: string | undefined,
  log: AgentLog,
): Promise<OpenedReader> {
  const hierarchies = findHierarchies();
  const node = (why: string): OpenedReader => {
    log.info(`node reader: ${why}`);
    return { reader: new NodeReader(hierarchies), why, hierarchies, openInRoot: openInSameRoot };
  };
  if (library === undefined) return node('--no-native');
  if (!existsSync(library)) return node(`${library} does not exist`);
  try {
    // Only now: koffi itself may have no binary for this platform.
    const { loadNsBridge } = await import(/* webpackMode: "eager" */ '../ffi/nsbridge');
    const { NativeReader } = await import(/* webpackMode: "eager" */ '../reader/nativeReader');
    const bridge = loadNsBridge(library);
    const reader = new NativeReader(bridge, hierarchies, { warn: (m) => log.warn(m) });
    return { reader, why: undefined, hierarchies, openInRoot: bridge.openInRoot };
  } catch (error) {
    return node(String(error));
  }
}
