import * as vscode from 'vscode';
import { readFileParams, type ReadFileParams } from '../../protocol/agent';

/** Where the text of a kernel file comes from. */
export interface FileReader {
  read(params: ReadFileParams): Promise<{ readonly text: string; readonly truncated: boolean }>;
  /** A sentence for a reading that failed. */
  explain(error: unknown): string;
}

/** Files whose fields end with NUL; proc_pid_cmdline(5), proc_pid_environ(5). */
const nulSeparated = new Set(['cmdline', 'environ']);

/**
 * Read-only documents with text of kernel files. The agent reads them, so they open with the agent's rights,
 * and an editor never polls them as it would a file.
 */
export class KernelFiles implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changed.event;

  constructor(
    private readonly scheme: string,
    private readonly reader: FileReader,
  ) {}

  /** The address of a file: its path for people, what the agent is asked for in the query. */
  uri(path: string, params: ReadFileParams): vscode.Uri {
    return vscode.Uri.from({ scheme: this.scheme, path, query: JSON.stringify(params) });
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const params = parse(uri.query);
    if (!params) return vscode.l10n.t('This address names no kernel file.');
    try {
      const { text, truncated } = await this.reader.read(params);
      const shown = params.of === 'process' && nulSeparated.has(params.name) ? lines(text) : text;
      return truncated ? `${shown}\n${vscode.l10n.t('[cut after 1 MiB]')}\n` : shown;
    } catch (error) {
      return this.reader.explain(error);
    }
  }

  /** Reads the open ones again. */
  refresh(): void {
    for (const { uri } of vscode.workspace.textDocuments) {
      if (uri.scheme === this.scheme) this.#changed.fire(uri);
    }
  }

  dispose(): void {
    this.#changed.dispose();
  }
}

function parse(query: string): ReadFileParams | undefined {
  try {
    return readFileParams.safeParse(JSON.parse(query)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const lines = (text: string): string => text.replace(/\0+$/, '').replaceAll('\0', '\n');
