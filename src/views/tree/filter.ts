/** Whether one of the fields of a thing contains every word of the filter. */
export type Matcher = (...fields: readonly (string | number | undefined)[]) => boolean;

/** Undefined for a filter that lets everything pass. */
export function matcher(filter: string): Matcher | undefined {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return undefined;
  return (...fields) => {
    const text = fields
      .filter((field) => field !== undefined)
      .join('\n')
      .toLowerCase();
    return words.every((word) => text.includes(word));
  };
}
