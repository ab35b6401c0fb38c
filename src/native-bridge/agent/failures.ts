import { ResponseError } from 'vscode-jsonrpc/node';
import { AgentErrorCode } from '../../protocol/agent';
import { errnoOf, isDenied, isVanished } from '../reader/procText';

/** An answer that is an error. The code is what counts; the sentence is for the log. */
export const failure = (code: keyof typeof AgentErrorCode, message: string): ResponseError =>
  new ResponseError(AgentErrorCode[code], message);

/** What a failed system call means to the one who asked. */
export function failureOf(error: unknown, what: string): unknown {
  if (isVanished(error)) return failure('Vanished', what);
  if (isDenied(error)) return failure('Denied', what);
  if (['EINVAL', 'EOPNOTSUPP', 'ENOTSUP', 'ENOSYS', 'ENOTTY'].includes(errnoOf(error))) {
    return failure('Unsupported', what);
  }
  return error;
}
