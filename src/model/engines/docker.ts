import { deepestComponent } from './cgroupPath';
import type { EngineDefinition } from './definition';
import { inspectPath, isContainerId, listPath, parseInspect, parseList } from './dockerApi';

const scope = /^docker-([0-9a-f]{64})\.scope$/;

/**
 * Docker Engine. Its cgroups: `…/docker/ID` (cgroupfs driver) or `…/docker-ID.scope` (systemd
 * driver), below any prefix. With `--cgroup-parent` only the engine's word on the pid helps.
 */
export const docker: EngineDefinition = {
  id: 'docker',
  label: 'Docker',
  icon: 'package',
  match: (path) =>
    deepestComponent(path, (component, above) =>
      above === 'docker' && isContainerId(component) ? component : scope.exec(component)?.[1],
    ),
  sources: [
    {
      kind: 'socket',
      paths: ['/run/docker.sock', '/var/run/docker.sock'],
      daemon: 'dockerd',
      list: listPath,
      inspect: inspectPath,
      parseList,
      parseInspect,
    },
  ],
};
