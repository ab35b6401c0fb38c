import { which } from '../bootstrap/host.mjs';

/**
 * The command made to get a signal when this script dies, however it dies (PR_SET_PDEATHSIG(2const)). Where
 * setpriv(1) is missing it is as it was; a program with the set-user-ID bit, such as sudo, drops the wish.
 */
export function dieWithParent(signal, command, args) {
  if (!which('setpriv')) return [command, args];
  return ['setpriv', ['--pdeathsig', signal, '--', command, ...args]];
}
