import { AgentUnavailable, RequestFailed, RequestTimeout } from '../native-bridge/client/errors';
import { safe } from '../model/text/safe';
import { UsageError } from './options';
import { AmbiguousContainer, NoSuchContainer } from './selection';

export const exitCode = { done: 0, failed: 1, usage: 2, noContainer: 4, refused: 5 } as const;

export interface Failure {
  readonly code: number;
  /** One sentence with the cause, and a way out. */
  readonly message: string;
}

/** `lastWords`: what the agent wrote last, if anything: often the cause. */
export function failureOf(error: unknown, lastWords?: string): Failure {
  if (error instanceof UsageError) {
    return { code: exitCode.usage, message: `${error.message}; see container-internals --help` };
  }
  if (error instanceof NoSuchContainer) {
    return {
      code: exitCode.noContainer,
      message: `${safe(error.message)}; container-internals containers lists them`,
    };
  }
  if (error instanceof AmbiguousContainer) {
    return {
      code: exitCode.noContainer,
      message: `${safe(error.message, 1024)}; name one of them`,
    };
  }
  if (error instanceof AgentUnavailable) return unavailable(error, lastWords);
  if (error instanceof RequestTimeout || error instanceof RequestFailed) {
    return {
      code: exitCode.failed,
      message: `the host could not be read: ${safe(error.message)}; it may be overloaded, try again`,
    };
  }
  const words = error instanceof Error ? error.message : String(error);
  return { code: exitCode.failed, message: safe(words, 1024) };
}

function unavailable({ kind, detail }: AgentUnavailable, lastWords?: string): Failure {
  switch (kind) {
    case 'sudo-missing':
      return { code: exitCode.refused, message: 'there is no sudo here; run this as root instead' };
    case 'sudo-needs-password':
      return {
        code: exitCode.refused,
        message: 'sudo asks for a password; run `sudo -v` first, or without --sudo',
      };
    case 'sudo-refused':
      return {
        code: exitCode.refused,
        message: 'sudo does not let this user become root; run without --sudo',
      };
    default: {
      const cause = lastWords === undefined ? detail : `${detail}; it said: ${lastWords}`;
      return {
        code: exitCode.failed,
        message:
          `the agent that reads the host is not there (${kind}): ${safe(cause, 1024)}; ` +
          '--no-native does without the native library',
      };
    }
  }
}
