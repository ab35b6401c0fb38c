import { isAbsolute, relative } from 'node:path';
import { root } from '../lib/paths.mjs';
import { seconds } from '../lib/progress.mjs';

/**
 * One test's outcome, wherever it ran.
 * @typedef {object} Record
 * @property {string} name
 * @property {'passed' | 'failed' | 'skipped'} status
 * @property {number} [ms]
 * @property {string} [file]
 * @property {number} [line]
 * @property {string} [error] of a failure
 * @property {string} [reason] of a skip
 */

const signs = { passed: '✓', failed: '✗', skipped: '-' };

/** Prints test outcomes level by level and counts them. */
export class Tally {
  #out;
  #strict;
  #total = { passed: 0, failed: 0, skipped: 0 };
  #failures = [];
  #begun = Date.now();

  /** @param options.strict a skip is a failure: for a machine on which everything is to run */
  constructor({ strict = false, write = (text) => process.stdout.write(text) } = {}) {
    this.#strict = strict;
    this.#out = write;
  }

  get failed() {
    return this.#total.failed;
  }

  /**
   * Runs one level. What it throws, and that it reports nothing at all, is a failure of the level.
   * @param run is handed the function that takes each Record
   * @returns whether the level passed
   */
  async level(name, run) {
    const begun = Date.now();
    const counts = { passed: 0, failed: 0, skipped: 0 };
    this.#out(`${name}\n`);
    const add = (record) => this.#add(name, this.#judged(record), counts);
    try {
      await run(add);
      if (counts.passed + counts.failed + counts.skipped === 0) throw new Error('no test ran');
    } catch (error) {
      add({ name: `${name} runs to its end`, status: 'failed', error: error.message });
    }
    this.#out(`  ${summary(counts)} (${seconds(Date.now() - begun)})\n`);
    return counts.failed === 0;
  }

  /** Repeats the failures and prints the total; its last line is `N passed, N failed, N skipped`. */
  finish() {
    if (this.#failures.length > 0) this.#out(`\nfailed:\n${this.#failures.join('')}`);
    this.#out(`in ${seconds(Date.now() - this.#begun)}\n${summary(this.#total)}\n`);
  }

  #judged(record) {
    if (record.status !== 'skipped' || !this.#strict) return record;
    return {
      ...record,
      status: 'failed',
      error: `skipped, where nothing may be: ${record.reason}`,
    };
  }

  #add(level, record, counts) {
    counts[record.status] += 1;
    this.#total[record.status] += 1;
    const place = placeOf(record);
    const time = record.ms === undefined ? '' : ` (${seconds(record.ms)})`;
    const why = record.status === 'skipped' ? `: skipped: ${record.reason}` : '';
    this.#out(`  ${signs[record.status]} ${record.name}${why}${time}\n`);
    if (record.status !== 'failed') return;
    const error = indent(record.error ?? 'no reason given');
    this.#out(`${place ? `      ${place}\n` : ''}${error}`);
    this.#failures.push(`  ${level}: ${record.name}${place ? ` (${place})` : ''}\n${error}`);
  }
}

export function summary({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

function placeOf({ file, line }) {
  if (!file) return '';
  const shown = isAbsolute(file) ? relative(root, file) : file;
  return line ? `${shown}:${line}` : shown;
}

function indent(text) {
  const lines = text.trimEnd().split('\n');
  const shown = lines.length > 60 ? [...lines.slice(0, 30), '…', ...lines.slice(-30)] : lines;
  return shown.map((line) => `      ${line}\n`).join('');
}
