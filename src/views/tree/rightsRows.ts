import { l10n } from 'vscode';
import {
  capabilityNames,
  describeCapabilities,
  type CapabilityDescription,
} from '../../model/caps/capabilities';
import type { Ids, Process } from '../../model/snapshot';
import { rows, rowsOf, type RowList, type RowNode } from './row';

/** One number where real, effective, saved and filesystem id agree, as they nearly always do. */
export function idsPhrase(ids: Ids): string {
  const [real, effective, saved, filesystem] = ids;
  return real === effective && real === saved && real === filesystem
    ? `${real}`
    : l10n.t(
        'real {0}, effective {1}, saved {2}, filesystem {3}',
        real,
        effective,
        saved,
        filesystem,
      );
}

export function capabilityPhrase(set: bigint): string {
  return describedPhrase(describeCapabilities(set));
}

export function describedPhrase({ names, known }: CapabilityDescription): string {
  switch (known) {
    case 'none':
      return l10n.t('none');
    case 'full':
      return l10n.t('all');
    case 'docker-default':
      return l10n.t('the {0} of Docker’s default', names.length);
    case 'podman-default':
      return l10n.t('the {0} of Podman’s default', names.length);
    case undefined:
      return names.length > 3
        ? l10n.t('{0} of {1}', names.length, capabilityNames.length)
        : names.join(', ');
  }
}

export function seccompPhrase(process: Process): string {
  switch (process.seccomp) {
    case 'disabled':
      return l10n.t('disabled');
    case 'strict':
      return l10n.t('strict');
    case 'filter':
      return process.seccompFilters === undefined
        ? l10n.t('filter')
        : process.seccompFilters === 1
          ? l10n.t('1 filter')
          : l10n.t('{0} filters', process.seccompFilters);
  }
}

/** The rights of the main process of a container; credentials(7), capabilities(7), seccomp(2). */
export function rightsRows(parentId: string, process: Process): RowList {
  if (process.gaps.status) {
    return rows([fact(`${parentId}/gap`, 'lock', l10n.t('Not readable'), l10n.t('needs root'))]);
  }
  const { capabilities } = process;
  const sets = [
    ['effective', l10n.t('Effective capabilities'), capabilities.effective],
    ['permitted', l10n.t('Permitted capabilities'), capabilities.permitted],
    ['bounding', l10n.t('Bounding set'), capabilities.bounding],
    ['inheritable', l10n.t('Inheritable capabilities'), capabilities.inheritable],
    ['ambient', l10n.t('Ambient capabilities'), capabilities.ambient],
  ] as const;
  return rows([
    fact(`${parentId}/uid`, 'account', l10n.t('User IDs'), idsPhrase(process.uid)),
    fact(`${parentId}/gid`, 'organization', l10n.t('Group IDs'), idsPhrase(process.gid)),
    ...sets.map(([id, label, set]) => capabilityRow(`${parentId}/${id}`, label, set)),
    fact(`${parentId}/seccomp`, 'filter', l10n.t('Seccomp'), seccompPhrase(process)),
    fact(
      `${parentId}/nnp`,
      'shield',
      l10n.t('NoNewPrivs'),
      process.noNewPrivs ? l10n.t('yes') : l10n.t('no'),
    ),
  ]);
}

function capabilityRow(id: string, label: string, set: bigint): RowNode {
  const { names } = describeCapabilities(set);
  const row = fact(id, 'key', label, capabilityPhrase(set));
  if (names.length <= 3) return row;
  return {
    ...row,
    children: () =>
      rowsOf(
        names,
        (name) => `${id}/${name}`,
        (name) => fact(`${id}/${name}`, 'circle-small', name, undefined),
      ),
  };
}

/** A row that only says something. */
export function fact(
  id: string,
  icon: string,
  label: string,
  description: string | undefined,
): RowNode {
  return {
    id,
    label,
    icon: { id: icon },
    contextValue: 'fact',
    aria: description === undefined ? label : `${label}: ${description}`,
    ...(description !== undefined && { description }),
  };
}
