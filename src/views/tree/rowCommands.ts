/** Commands that rows themselves run; the extension's list of commands contains them. */
export const rowCommands = {
  showMore: 'containerInternals.showMore',
  elevate: 'containerInternals.elevate',
} as const;

/** What `showMore` is given. */
export interface MoreRows {
  readonly view: string;
  readonly parent: string;
}
