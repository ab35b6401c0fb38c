import type { Locator, Page } from 'playwright-core';
import { attempt, deadlineMs } from './deadline';
import { insist } from './insist';

/** What a row is called by a screen reader: a pattern where the name has numbers in it. */
export type RowName = string | RegExp;

/** Editors and tooltips draw blanks as no-break spaces. */
const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

/** The extension's part of the workbench, as a user finds it. */
export class Views {
  readonly containers: View;
  readonly namespaces: View;
  readonly cgroups: View;

  constructor(readonly page: Page) {
    this.containers = new View(page, 'Containers');
    this.namespaces = new View(page, 'Namespaces');
    this.cgroups = new View(page, 'Cgroups');
  }

  /** Clicks the icon in the activity bar. */
  async open(): Promise<void> {
    const icon = this.page.locator('.activitybar a.action-label[aria-label="Container Internals"]');
    await icon.click();
    await this.containers.header.waitFor();
  }

  /** Unfolds one view and folds the others, so that it has the whole height. */
  async only(view: View): Promise<void> {
    for (const other of [this.containers, this.namespaces, this.cgroups]) {
      await other.unfold(other === view);
    }
  }

  /** Makes the side bar as wide as its rows need. */
  async widen(width: number): Promise<void> {
    const sidebar = this.page.locator('.part.sidebar');
    await insist(`a side bar of ${width} pixels`, async () => {
      const box = await sidebar.boundingBox(attempt);
      if (!box) throw new Error('no side bar');
      if (Math.abs(box.width - width) <= 5) return;
      const y = box.y + box.height / 2;
      await this.page.mouse.move(box.x + box.width, y);
      await this.page.mouse.down();
      await this.page.mouse.move(box.x + width, y, { steps: 5 });
      await this.page.mouse.up();
      const now = await sidebar.boundingBox(attempt);
      if (!now || Math.abs(now.width - width) > 5) throw new Error(`it has ${String(now?.width)}`);
    });
  }

  /** Waits for the list of choices, narrows it, and takes the one that is left first. */
  async choose(text: string, options = { timeout: deadlineMs }): Promise<void> {
    const box = this.page.locator('.quick-input-widget:visible');
    const choice = box.locator('.quick-input-list .monaco-list-row', { hasText: text });
    await box.locator('input[type=text]').fill(text, options);
    await choice.first().click(options);
    await box.waitFor({ state: 'hidden', ...options });
  }

  /** The box for one line of text. */
  get input(): Locator {
    return this.page.locator('.quick-input-widget:visible input[type=text]');
  }

  notification(text: RowName): Locator {
    return this.page.locator('.notifications-toasts .notification-list-item', { hasText: text });
  }

  /** The item in the status bar, by what it says. */
  status(text: RowName): Locator {
    return this.page.locator('.statusbar-item', { hasText: text });
  }

  /** Chooses from the menu that the status-bar item opens: one attempt. */
  async statusMenu(status: RowName, entry: string): Promise<void> {
    await this.status(status).first().click(attempt);
    await this.choose(entry, attempt);
  }

  /** Text of the editor in front. */
  async editorText(): Promise<string> {
    const lines = this.page.locator('.editor-instance .view-lines').first();
    return plain(await lines.innerText(attempt));
  }

  tab(name: string): Locator {
    return this.page.locator('.tabs-container .tab', { hasText: name });
  }

  /** Lines of the output panel. */
  get output(): Locator {
    return this.page.locator('.part.panel .view-lines');
  }
}

/** One of the three views. */
export class View {
  readonly pane: Locator;
  readonly header: Locator;

  constructor(
    readonly page: Page,
    name: string,
  ) {
    this.header = page.locator(`.pane-header[aria-label="${name} Section"]`);
    this.pane = page.locator('.pane').filter({ has: this.header });
  }

  /** The row of this name; of rows that are many, the first. */
  row(name: RowName): Locator {
    return this.pane.getByRole('treeitem', { name, exact: true }).first();
  }

  get rows(): Locator {
    return this.pane.locator('.monaco-list-row');
  }

  get selected(): Locator {
    return this.pane.locator('.monaco-list-row.selected');
  }

  get message(): Locator {
    return this.pane.locator('.tree-explorer-viewlet-tree-view > .message');
  }

  /** What stands in a view that has no rows. */
  get welcome(): Locator {
    return this.pane.locator('.welcome-view');
  }

  async unfold(open = true): Promise<void> {
    await insist(`fold or unfold`, async () => {
      if ((await this.header.getAttribute('aria-expanded', attempt)) === String(open)) return;
      await this.header.locator('.title').click(attempt);
      throw new Error('it has not changed yet');
    });
  }

  /** Unfolds a row with the mouse and waits for one of its children. */
  async expand(name: RowName, child: RowName): Promise<void> {
    await insist(`${String(name)} to unfold`, async () => {
      if (!(await this.isOpen(name))) await this.twist(name, 'ArrowLeft');
      await this.row(child).waitFor(attempt);
    });
  }

  async collapse(name: RowName): Promise<void> {
    await insist(`${String(name)} to fold`, async () => {
      if (await this.isOpen(name)) await this.twist(name, 'ArrowRight');
      if (await this.isOpen(name)) throw new Error('it has not changed yet');
    });
  }

  /** Selects a row that has nothing below it. */
  async select(name: RowName): Promise<void> {
    await insist(`${String(name)} to be selected`, async () => {
      await this.row(name).click(attempt);
      await this.untilSelected(name);
    });
  }

  async untilSelected(name: RowName): Promise<void> {
    await this.selected.and(this.row(name)).waitFor(attempt);
  }

  /** Rests the mouse on a row until its tooltip has all of these; what it says then. */
  async hover(name: RowName, ...texts: readonly string[]): Promise<string> {
    return insist(`the tooltip of ${String(name)}`, async () => {
      await this.page.mouse.move(700, 500);
      await this.row(name).locator('.label-name').hover(attempt);
      let tooltip = this.page.locator('.monaco-hover:visible');
      for (const hasText of texts) tooltip = tooltip.filter({ hasText });
      return plain(await tooltip.innerText(attempt));
    });
  }

  /** Clicks one of the icons that a row shows under the mouse, until `outcome` does not throw. */
  async inline(name: RowName, action: string, outcome: () => Promise<void>): Promise<void> {
    await insist(`${action} of ${String(name)}`, async () => {
      await this.page.keyboard.press('Escape');
      await this.row(name).hover(attempt);
      await this.row(name).getByRole('button', { name: action }).click(attempt);
      await outcome();
    });
  }

  /** Chooses from the menu of the right mouse button, until `outcome` does not throw. */
  async menu(name: RowName, entry: string, outcome: () => Promise<void>): Promise<void> {
    await insist(`${entry} in the menu of ${String(name)}`, async () => {
      await this.page.keyboard.press('Escape');
      await this.row(name).click({ ...attempt, button: 'right' });
      await this.page.getByRole('menuitem', { name: entry }).click(attempt);
      await outcome();
    });
  }

  private async isOpen(name: RowName): Promise<boolean> {
    return (await this.row(name).getAttribute('aria-expanded', attempt)) === 'true';
  }

  /** Clicks the twistie; a neighbour that has moved there meanwhile gets its state back by a key. */
  private async twist(name: RowName, undo: 'ArrowLeft' | 'ArrowRight'): Promise<void> {
    await this.row(name).locator('.monaco-tl-twistie').click(attempt);
    const focused = this.pane.locator('.monaco-list-row.focused');
    await focused.waitFor(attempt);
    if ((await focused.and(this.row(name)).count()) > 0) return;
    await this.page.keyboard.press(undo);
    throw new Error(`hit ${String(await focused.getAttribute('aria-label'))}`);
  }

  /** Shows only what matches the text. */
  async filter(text: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget:visible input[type=text]');
    await insist(`the filter ${text}`, async () => {
      await this.title('Filter ');
      await input.fill(text, attempt);
      await input.press('Enter', attempt);
      await this.message.filter({ hasText: `Filter: ${text}` }).waitFor(attempt);
    });
  }

  /** Clicks an icon in the title of the view; the beginning of its name is enough. */
  async title(action: string): Promise<void> {
    await insist(action, async () => {
      await this.header.hover(attempt);
      await this.header.getByRole('button', { name: action }).first().click(attempt);
    });
  }
}
