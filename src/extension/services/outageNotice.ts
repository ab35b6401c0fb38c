import * as vscode from 'vscode';
import type { AgentState } from '../../native-bridge/client/agentClient';
import { explain } from '../errors';

/** Says once that the agent is away, and what the views show meanwhile. */
export class OutageNotice {
  constructor(private readonly log: vscode.LogOutputChannel) {}

  /** `hasPicture`: the views have a last picture to show. */
  show({ error, retryAt }: Extract<AgentState, { kind: 'failed' }>, hasPicture: boolean): void {
    this.log.error(error.message);
    const { message, actions } = explain(error);
    const text =
      retryAt === undefined
        ? message
        : hasPicture
          ? vscode.l10n.t('{0} It is started again; the views show the last picture.', message)
          : vscode.l10n.t('{0} It is started again.', message);
    void vscode.window
      .showWarningMessage(text, ...actions.map(({ title }) => title))
      .then((chosen) => actions.find(({ title }) => title === chosen)?.run());
  }
}
