import { MarkdownString } from 'vscode';

/**
 * A tooltip built from facts. Values come from processes that may be hostile: they are escaped, so neither a
 * link nor an image nor an icon of theirs is ever one. Callers pass them through `safe` as well.
 */
export class Card {
  readonly markdown = new MarkdownString('', true);
  #icon: string | undefined;

  constructor(title: string, subtitle?: string) {
    this.markdown.isTrusted = false;
    this.markdown.supportHtml = false;
    this.markdown.appendMarkdown(`**${escapeMarkdown(title)}**`);
    if (subtitle !== undefined) this.markdown.appendMarkdown(`  \n${escapeMarkdown(subtitle)}`);
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
    this.markdown.appendMarkdown(`${icon}*${escapeMarkdown(name)}*: ${escapeMarkdown(value)}  \n`);
    return this;
  }

  text(text: string): this {
    this.markdown.appendMarkdown(`\n\n${escapeMarkdown(text)}\n\n`);
    return this;
  }
}

/**
 * Text as Markdown that shows exactly it. `appendText` would make every space one that does not break, and lines
 * then break inside words. `$(` starts an icon, which a backslash in the text itself prevents.
 */
export function escapeMarkdown(text: string): string {
  return text
    .replaceAll('$(', String.raw`\$(`)
    .replaceAll(/[!"#%&'()*+,\-./:;<=>?@[\\\]^_`{|}~]/g, String.raw`\$&`)
    .replaceAll(/\s+/g, ' ');
}
