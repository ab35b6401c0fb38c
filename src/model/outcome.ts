/** Why a fact could not be had. A closed set: the UI has one sentence and one remedy for each. */
export type Gap =
  /** The process, namespace or file went away while we looked: normal. */
  | { readonly kind: 'vanished' }
  /** EACCES or EPERM; `needs` is what it would take, e.g. `CAP_SYS_PTRACE`. */
  | { readonly kind: 'denied'; readonly needs: string }
  /** ENOSYS, ENOTTY, ENOENT of a file: `since` is the first kernel (or program) that has it. */
  | { readonly kind: 'unsupported'; readonly since: string }
  /** What was read could not be understood; `text` is capped and hostile. */
  | { readonly kind: 'malformed'; readonly where: string; readonly text: string }
  /** An engine did not answer in time or refused; `where` names it. */
  | { readonly kind: 'unreachable'; readonly where: string; readonly why: string };

/** A value that may be incomplete. Reading never throws: gaps travel with the data to the view. */
export interface Outcome<T> {
  readonly value: T;
  readonly gaps: readonly Gap[];
}
