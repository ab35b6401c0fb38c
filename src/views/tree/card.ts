import { MarkdownString } from 'vscode';

/**
 * A tooltip built from facts. Values come from processes that may be hostile: they are appended as text, so
 * neither a link nor an image nor a command of theirs is ever one. Callers pass them through `safe` as well.
 */
export class Card {
  readonly markdown = new MarkdownString('', true);
  #icon: string | undefined;

  constructor(title: string, subtitle?: string) {
    this.markdown.isTrusted = false;
    this.markdown.supportHtml = false;
    this.markdown.appendMarkdown('**').appendText(title).appendMarkdown('**');
    if (subtitle !== undefined) this.markdown.appendMarkdown('  \n').appendText(subtitle);
    this.markdown.appendMarkdown('\n\n');
  }

  /** Puts a codicon in front of the next line; its id is ours and never a value. */
  icon(id: string): this {
    this.#icon = id;
    return this;
  }

  /** One line: what it is and its value. Nothing is added for an unknown value. */
  line(name: string, value: string | undefined): this {
    if (value === undefined) return this;
    const icon = this.#icon === undefined ? '' : `$(${this.#icon}) `;
    this.#icon = undefined;
    this.markdown.appendMarkdown(`${icon}*`).appendText(name).appendMarkdown('*: ');
    this.markdown.appendText(value).appendMarkdown('  \n');
    return this;
  }

  text(text: string): this {
    this.markdown.appendMarkdown('\n\n').appendText(text).appendMarkdown('\n\n');
    return this;
  }
}
