/** Why there is no agent to ask. The UI has one sentence and one remedy for each. */
export type UnavailableKind =
  | 'cannot-start'
  | 'exited'
  | 'hangs'
  | 'garbage'
  | 'protocol-mismatch'
  | 'sudo-missing'
  | 'sudo-needs-password'
  | 'sudo-refused'
  | 'stopped';

/** These do not heal by trying again. */
const lasting: ReadonlySet<UnavailableKind> = new Set([
  'protocol-mismatch',
  'sudo-missing',
  'sudo-needs-password',
  'sudo-refused',
  'stopped',
]);

/** The agent is not there, or not any more. `detail` is for the log: part of it may be hostile. */
export class AgentUnavailable extends Error {
  override readonly name = 'AgentUnavailable';
  constructor(
    readonly kind: UnavailableKind,
    readonly detail: string,
    options?: ErrorOptions,
  ) {
    super(`agent unavailable (${kind}): ${detail}`, options);
  }

  get isLasting(): boolean {
    return lasting.has(this.kind);
  }
}

/** The agent is there but did not answer in time. */
export class RequestTimeout extends Error {
  override readonly name = 'RequestTimeout';
  constructor(
    readonly method: string,
    readonly ms: number,
  ) {
    super(`${method} took over ${ms} ms`);
  }
}

/** The agent answered with an error: `code` is one of AgentErrorCode or of JSON-RPC. */
export class RequestFailed extends Error {
  override readonly name = 'RequestFailed';
  constructor(
    readonly method: string,
    readonly code: number,
    readonly detail: string,
  ) {
    super(`${method} failed (${code}): ${detail}`);
  }
}
