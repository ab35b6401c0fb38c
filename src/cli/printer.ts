import { jsonText } from './json';
import type { Options } from './options';
import type { Output } from './output';
import { jsonReport, notes, textReport, type View } from './report';

/** To the left upper corner, and away with what is below. */
const clearScreen = '\x1b[H\x1b[J';

/** Prints views; one that says the same as the one before is left out. */
export class Printer {
  #last: string | undefined;
  #lastNotes: string | undefined;

  constructor(
    private readonly options: Options,
    private readonly output: Output,
    private readonly warn: (lines: string) => void,
  ) {}

  /** @throws NoSuchContainer, AmbiguousContainer, OutputFailed */
  async print(view: View): Promise<void> {
    if (this.options.json) await this.#json(view);
    else await this.#tables(view);
  }

  async #json(view: View): Promise<void> {
    const report = jsonReport(view, this.options);
    const same = JSON.stringify({ ...report, revision: 0 });
    if (same === this.#last) return;
    this.#last = same;
    await this.output.write(`${jsonText(report)}\n`);
  }

  async #tables(view: View): Promise<void> {
    const { headers, watch } = this.options;
    const { width } = this.output;
    const redraw = watch && width !== undefined;
    const text = textReport(view, this.options, { headers, width });
    const words = notes(view);
    if (text !== this.#last) {
      const between = this.#last === undefined || redraw ? '' : '\n';
      await this.output.write((redraw ? clearScreen : between) + text);
    }
    if (words !== undefined && (words !== this.#lastNotes || (redraw && text !== this.#last))) {
      this.warn(words);
    }
    this.#last = text;
    this.#lastNotes = words;
  }
}
