import * as vscode from 'vscode';
import { AgentErrorCode } from '../protocol/agent';
import {
  AgentUnavailable,
  RequestFailed,
  RequestTimeout,
  type UnavailableKind,
} from '../native-bridge/client/errors';
import type { CommandId } from './contributions';
import { GoneError, NoPictureError } from './commands/subjects';

export interface ErrorAction {
  readonly title: string;
  run(): unknown;
}

export interface Explanation {
  /** What happened and why, in one or two sentences. */
  readonly message: string;
  /** What helps, the likeliest first. */
  readonly actions: readonly ErrorAction[];
}

const sudoHelp = 'https://www.sudo.ws/docs/man/sudoers.man/#NOPASSWD_and_PASSWD';

const run = (title: string, command: CommandId): ErrorAction => ({
  title,
  run: () => vscode.commands.executeCommand(command),
});
const showLog = () => run(vscode.l10n.t('Show Log'), 'containerInternals.showLog');
const restart = () => run(vscode.l10n.t('Restart Agent'), 'containerInternals.restartAgent');
const refresh = () => run(vscode.l10n.t('Refresh'), 'containerInternals.refresh');
const howTo = (): ErrorAction => ({
  title: vscode.l10n.t('How To…'),
  run: () => vscode.env.openExternal(vscode.Uri.parse(sudoHelp)),
});

/** From a thrown thing to a sentence and a remedy. Every class of error the code throws is here. */
export function explain(error: unknown): Explanation {
  if (error instanceof AgentUnavailable) return explainUnavailable(error.kind);
  if (error instanceof RequestTimeout) {
    return {
      message: vscode.l10n.t('The agent did not answer in {0} seconds.', error.ms / 1000),
      actions: [restart(), showLog()],
    };
  }
  if (error instanceof RequestFailed) return explainAnswer(error.code);
  if (error instanceof GoneError) {
    return { message: vscode.l10n.t('This is not there any more.'), actions: [refresh()] };
  }
  if (error instanceof NoPictureError) {
    return {
      message: vscode.l10n.t('This host has not been read yet.'),
      actions: [restart(), showLog()],
    };
  }
  return {
    message: vscode.l10n.t(
      'Something went wrong: {0}',
      error instanceof Error ? error.message : String(error),
    ),
    actions: [showLog()],
  };
}

function explainUnavailable(kind: UnavailableKind): Explanation {
  switch (kind) {
    case 'cannot-start':
      return {
        message: vscode.l10n.t(
          'The agent could not be started: the program was not found or may not run.',
        ),
        actions: [restart(), showLog()],
      };
    case 'exited':
      return {
        message: vscode.l10n.t('The agent ended unexpectedly.'),
        actions: [restart(), showLog()],
      };
    case 'hangs':
      return {
        message: vscode.l10n.t('The agent did not answer and was ended.'),
        actions: [restart(), showLog()],
      };
    case 'garbage':
      return {
        message: vscode.l10n.t('The agent sent what could not be understood and was ended.'),
        actions: [restart(), showLog()],
      };
    case 'protocol-mismatch':
      return {
        message: vscode.l10n.t(
          'The agent is of another version than the extension: reload the window to use the same.',
        ),
        actions: [
          {
            title: vscode.l10n.t('Reload Window'),
            run: () => vscode.commands.executeCommand('workbench.action.reloadWindow'),
          },
          showLog(),
        ],
      };
    case 'sudo-missing':
      return {
        message: vscode.l10n.t('Cannot elevate: sudo is not installed on this host.'),
        actions: [showLog()],
      };
    case 'sudo-needs-password':
      return {
        message: vscode.l10n.t(
          'Cannot elevate: sudo asks for a password, and the agent is started without asking.',
        ),
        actions: [howTo(), showLog()],
      };
    case 'sudo-refused':
      return {
        message: vscode.l10n.t(
          'Cannot elevate: sudo does not allow this user to run commands as root.',
        ),
        actions: [howTo(), showLog()],
      };
    case 'stopped':
      return { message: vscode.l10n.t('The agent was stopped.'), actions: [restart()] };
  }
}

function explainAnswer(code: number): Explanation {
  switch (code) {
    case AgentErrorCode.Vanished:
      return { message: vscode.l10n.t('This is not there any more.'), actions: [refresh()] };
    case AgentErrorCode.Denied:
      return {
        message: vscode.l10n.t('The kernel does not let this user read that: it needs root.'),
        actions: [run(vscode.l10n.t('Elevate'), 'containerInternals.elevate'), showLog()],
      };
    case AgentErrorCode.Unsupported:
      return {
        message: vscode.l10n.t('This kernel does not have that, or it cannot be read as text.'),
        actions: [showLog()],
      };
    case AgentErrorCode.TooLarge:
      return { message: vscode.l10n.t('The answer is too large.'), actions: [showLog()] };
    default:
      return {
        message: vscode.l10n.t('The agent refused the request.'),
        actions: [showLog()],
      };
  }
}
