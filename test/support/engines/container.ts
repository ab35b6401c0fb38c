/** What an engine itself says of a container. */
export interface Inspected {
  readonly id: string;
  readonly name: string;
  /** Of the main process, as the host counts; 0 when there is none. */
  readonly pid: number;
  readonly running: boolean;
}
