import { deepestComponent } from './cgroupPath';
import { monitorFiles, parseMonitor } from './conmon';
import type { EngineDefinition } from './definition';
import { inspectPath, listPath, parseInspect, parseList } from './dockerApi';

// `payload`: with --cgroups=split, as in units made by quadlet. Not `libpod-conmon-ID.scope`:
// that is the monitor, which runs on the host.
const component = /^libpod-(?:payload-)?([0-9a-f]{64})(?:\.scope)?$/;

/** Podman. Its cgroups: `…/libpod_parent/libpod-ID` or `…/libpod-ID.scope`, processes maybe deeper. */
export const podman: EngineDefinition = {
  id: 'podman',
  label: 'Podman',
  icon: 'package',
  match: (path) => deepestComponent(path, (name) => component.exec(name)?.[1]),
  sources: [
    {
      kind: 'socket',
      paths: ['/run/podman/podman.sock'],
      list: listPath,
      inspect: inspectPath,
      parseList,
      parseInspect,
    },
    { kind: 'monitor', comm: 'conmon', files: monitorFiles, parse: parseMonitor },
  ],
};
