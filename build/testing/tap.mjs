/**
 * Reads what test programs write as TAP: result lines, plans, skips, diagnostics after a failure.
 * Several programs may write one after the other; each is held to its plan.
 */
export class TapReader {
  #add;
  #prefix;
  #plan;
  #seen = 0;
  #failure;
  results = 0;

  /** @param add takes each Record */
  constructor(add, prefix = '') {
    this.#add = add;
    this.#prefix = prefix;
  }

  line(text) {
    const plan = /^1\.\.(\d+)/.exec(text);
    if (plan) {
      // a plan comes first or last; one that comes when the former is fulfilled begins the next program
      if (this.#plan !== undefined) this.#endProgram();
      this.#plan = Number(plan[1]);
      if (this.#seen > 0) this.#endProgram();
      return;
    }
    const result = /^(not )?ok\b\s*(\d+)?\s*(?:-\s*)?(.*)$/.exec(text);
    if (result) this.#result(result[1] !== undefined, result[3]);
    else if (/^Bail out!/.test(text)) this.#report({ name: text, status: 'failed', error: text });
    else if (this.#failure && /^\s*#/.test(text)) {
      this.#failure.error += `\n${text.replace(/^\s*#\s?/, '')}`;
    }
  }

  end() {
    this.#flush();
    if (this.#plan !== undefined) this.#endProgram();
    else if (this.#seen > 0) {
      this.#report({ name: 'plan', status: 'failed', error: `no plan for ${this.#seen} results` });
    }
  }

  #result(notOk, rest) {
    this.#flush();
    this.#seen += 1;
    const skip = /^(.*?)\s*#\s*SKIP\S*\s*(.*)$/i.exec(rest);
    const name = `${this.#prefix}${skip ? skip[1] : rest}`;
    if (notOk) this.#failure = { name, status: 'failed', error: 'not ok' };
    else if (skip) this.#report({ name, status: 'skipped', reason: skip[2] || 'no reason given' });
    else this.#report({ name, status: 'passed' });
  }

  /** A failure waits for the diagnostics that follow it. */
  #flush() {
    if (this.#failure) this.#report(this.#failure);
    this.#failure = undefined;
  }

  #endProgram() {
    this.#flush();
    if (this.#plan !== this.#seen) {
      const error = `planned ${this.#plan}, ran ${this.#seen}`;
      this.#report({ name: `${this.#prefix}plan`, status: 'failed', error });
    }
    this.#plan = undefined;
    this.#seen = 0;
  }

  #report(record) {
    this.results += 1;
    this.#add(record);
  }
}
