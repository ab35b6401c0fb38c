import type { NamespaceType } from '../model/ids';
import type { Container, Picture } from '../model/picture';
import { safe } from '../model/text/safe';

export const none = '-';
export const unknown = '?';

/** Text from outside, fit for a cell. */
export const text = (value: string | number | undefined): string =>
  value === undefined || value === '' ? none : safe(String(value), 128);

export const typeList = (types: readonly NamespaceType[]): string => text(types.join(','));

const named = 3;

export function containerNames(picture: Picture, keys: readonly Container['key'][]): string {
  const names = keys.slice(0, named).map((key) => text(picture.container(key)?.name));
  const more = keys.length - names.length;
  return more > 0 ? `${names.join(', ')} and ${more} more` : names.join(', ') || none;
}
