/**
 * As much of the module `vscode` as the views and services use, for unit tests: tsx takes this file for it by
 * the `paths` of tsconfig.json. It does what the editor does with a tree, a document and a message, and no more.
 */
type Listener<T> = (value: T) => unknown;

export interface Disposable {
  dispose(): unknown;
}

export class EventEmitter<T> {
  readonly listeners = new Set<Listener<T>>();
  readonly event = (listener: Listener<T>): Disposable => {
    this.listeners.add(listener);
    return { dispose: () => this.listeners.delete(listener) };
  };
  fire(value: T): void {
    for (const listener of [...this.listeners]) listener(value);
  }
  dispose(): void {
    this.listeners.clear();
  }
}

export const TreeItemCollapsibleState = { None: 0, Collapsed: 1, Expanded: 2 } as const;
export const StatusBarAlignment = { Left: 1, Right: 2 } as const;
export const ProgressLocation = { SourceControl: 1, Window: 10, Notification: 15 } as const;

export class ThemeColor {
  constructor(readonly id: string) {}
}

export class ThemeIcon {
  constructor(
    readonly id: string,
    readonly color?: ThemeColor,
  ) {}
}

export class TreeItem {
  constructor(
    readonly label: string,
    readonly collapsibleState: number,
  ) {}
}

export class MarkdownString {
  isTrusted: boolean | undefined;
  supportHtml: boolean | undefined;
  constructor(
    public value = '',
    readonly supportThemeIcons = false,
  ) {}
  appendMarkdown(text: string): this {
    this.value += text;
    return this;
  }
}

interface UriParts {
  readonly scheme: string;
  readonly path: string;
  readonly query?: string;
}

export class Uri {
  private constructor(
    readonly scheme: string,
    readonly path: string,
    readonly query: string,
  ) {}
  static from({ scheme, path, query = '' }: UriParts): Uri {
    return new Uri(scheme, path, query);
  }
  static parse(text: string): Uri {
    const { protocol, pathname, search } = new URL(text);
    return new Uri(protocol.replace(':', ''), pathname, search.replace('?', ''));
  }
}

export class CancellationError extends Error {}

export const l10n = {
  t: (message: string, ...values: readonly (string | number)[]): string =>
    message.replaceAll(/\{(\d+)\}/g, (_, index: string) => String(values[Number(index)])),
};

const configuration = new EventEmitter<{ affectsConfiguration(section: string): boolean }>();

/** What was shown to the user and run, for tests to look at; `reset` before each. */
export const recorded = {
  commands: [] as { id: string; args: readonly unknown[] }[],
  messages: [] as string[],
  registered: new Map<string, (...args: never[]) => unknown>(),
  statusItems: [] as StatusBarItem[],
  treeViews: [] as TreeView[],
  configuration,
  reset(): void {
    this.commands.length = 0;
    this.messages.length = 0;
    this.registered.clear();
    this.statusItems.length = 0;
    this.treeViews.length = 0;
  },
};

export const commands = {
  executeCommand: (id: string, ...args: readonly unknown[]): Promise<undefined> => {
    recorded.commands.push({ id, args });
    return Promise.resolve(undefined);
  },
  registerCommand: (id: string, run: (...args: never[]) => unknown): Disposable => {
    recorded.registered.set(id, run);
    return { dispose: () => recorded.registered.delete(id) };
  },
};

class StatusBarItem {
  text = '';
  tooltip: string | undefined;
  command: string | undefined;
  name: string | undefined;
  visible = false;
  backgroundColor: ThemeColor | undefined;
  accessibilityInformation: { label: string } | undefined;
  show(): void {
    this.visible = true;
  }
  hide(): void {
    this.visible = false;
  }
  dispose(): void {
    this.visible = false;
  }
}

const say = (message: string): Promise<undefined> => {
  recorded.messages.push(message);
  return Promise.resolve(undefined);
};

/** A tree view that nobody sees until a test says so. */
export class TreeView {
  message: string | undefined;
  visible = false;
  selection: readonly unknown[] = [];
  readonly visibility = new EventEmitter<{ visible: boolean }>();
  readonly selecting = new EventEmitter<unknown>();
  readonly collapsing = new EventEmitter<{ element: unknown }>();
  readonly expanding = new EventEmitter<{ element: unknown }>();
  readonly onDidChangeVisibility = this.visibility.event;
  readonly onDidChangeSelection = this.selecting.event;
  readonly onDidCollapseElement = this.collapsing.event;
  readonly onDidExpandElement = this.expanding.event;
  disposed = false;
  dispose(): void {
    this.disposed = true;
  }
  /** How many listen to it. */
  get listeners(): number {
    const emitters = [this.visibility, this.selecting, this.collapsing, this.expanding];
    return emitters.reduce((count, { listeners }) => count + listeners.size, 0);
  }
}

export const window = {
  createTreeView: (): TreeView => {
    const view = new TreeView();
    recorded.treeViews.push(view);
    return view;
  },
  showErrorMessage: say,
  showWarningMessage: say,
  showInformationMessage: say,
  createStatusBarItem: (): StatusBarItem => {
    const item = new StatusBarItem();
    recorded.statusItems.push(item);
    return item;
  },
};

export const workspace = {
  textDocuments: [] as { uri: Uri }[],
  getConfiguration: () => ({ get: (): unknown => undefined }),
  onDidChangeConfiguration: configuration.event,
};

export const env = {
  openExternal: (): Promise<boolean> => Promise.resolve(true),
};
