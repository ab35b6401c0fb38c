import * as vscode from 'vscode';
import type { AgentState } from '../../native-bridge/client/agentClient';
import { explain } from '../errors';

/** Says once that the agent is away; the views show the last picture meanwhile. */
export class OutageNotice {
  constructor(private readonly log: vscode.LogOutputChannel) {}

  show({ error, retryAt }: Extract<AgentState, { kind: 'failed' }>): void {
    this.log.error(error.message);
    const { message, actions } = explain(error);
    const text =
      retryAt === undefined
        ? message
        : vscode.l10n.t('{0} It is started again; the views show the last picture.', message);
    void vscode.window
      .showWarningMessage(text, ...actions.map(({ title }) => title))
      .then((chosen) => actions.find(({ title }) => title === chosen)?.run());
  }
}
