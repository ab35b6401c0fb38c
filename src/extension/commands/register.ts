import * as vscode from 'vscode';
import type { CommandArguments, CommandId } from '../contributions';
import { explain } from '../errors';

/** Shows what went wrong: one sentence, and buttons that help. */
export function showError(log: vscode.LogOutputChannel, what: string, error: unknown): void {
  log.error(what, error instanceof Error ? error : String(error));
  const { message, actions } = explain(error);
  void vscode.window
    .showErrorMessage(message, ...actions.map(({ title }) => title))
    .then((chosen) => actions.find(({ title }) => title === chosen)?.run());
}

/** The one way to make a command: its arguments are typed by the list, and errors end here. */
export class CommandRegistry {
  constructor(
    private readonly log: vscode.LogOutputChannel,
    private readonly own: (item: vscode.Disposable) => void,
  ) {}

  add<K extends CommandId>(
    id: K,
    run: (...args: CommandArguments[K]) => Promise<void> | void,
  ): void {
    const command = async (...args: CommandArguments[K]): Promise<void> => {
      try {
        await run(...args);
      } catch (error) {
        if (error instanceof vscode.CancellationError) return;
        showError(this.log, `${id} failed`, error);
      }
    };
    this.own(vscode.commands.registerCommand(id, command));
  }
}
