import { mapStack } from './sourceMaps.mjs';

/**
 * What the editor suite writes on the console of the extension host: each of its lines begins with the mark
 * that it was given, so that it can be told from the workbench's own log, and is a JSON object.
 */
export class EditorRecords {
  #mark;
  #add;
  #passed = 0;
  #failed = 0;
  #closing;

  constructor(mark, add) {
    this.#mark = mark;
    this.#add = add;
  }

  /** @returns whether the text was of the suite */
  take(text) {
    if (!text.startsWith(this.#mark)) return false;
    const record = JSON.parse(text.slice(this.#mark.length));
    if (record.closing) this.#closing = record.closing;
    else {
      if (record.status === 'passed') this.#passed += 1;
      if (record.status === 'failed') this.#failed += 1;
      this.#add(located(record));
    }
    return true;
  }

  /**
   * VS Code reports success too when the extension host is killed or calls process.exit(): only the suite's
   * closing record, with the counts that were seen, proves that it came to its end.
   * @returns what is wrong, or undefined
   */
  fault() {
    if (!this.#closing) return 'the extension host ended before the suite did';
    if (this.#closing.passed !== this.#passed || this.#closing.failed !== this.#failed) {
      return `the suite counted ${JSON.stringify(this.#closing)}, ${this.#passed} passed and ${this.#failed} failed arrived`;
    }
    return this.#passed + this.#failed === 0 ? 'no test ran' : undefined;
  }
}

/** A failure with its stack in terms of the sources, and the place in the suite it points to. */
function located(record) {
  if (record.error === undefined) return record;
  const error = mapStack(record.error);
  const place = /(test\/editor\/[^\s():]+\.ts):(\d+)/.exec(error);
  return place
    ? { ...record, error, file: place[1], line: Number(place[2]) }
    : { ...record, error };
}
