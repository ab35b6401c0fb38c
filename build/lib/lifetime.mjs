import { killGroup } from './process.mjs';

const sameInterruptMs = 300;

/**
 * Owns everything a script started. The first SIGINT, SIGTERM or SIGHUP ends it in order, newest first;
 * the second kills the process groups at once. A normal end of the script goes the same way.
 */
class Lifetime {
  #owned = [];
  #groups = new Set();
  #ending;
  #interruptedAt;
  #listening = false;

  /** What an interrupted script returns: 128 + signal, unless being interrupted is its normal end. */
  interruptedExitCode;

  /** Registers how something is ended; returns a function that forgets it (it ended by itself). */
  own(end) {
    this.#listen();
    const entry = { end };
    this.#owned.push(entry);
    return () => {
      this.#owned = this.#owned.filter((other) => other !== entry);
    };
  }

  /** Registers the process group of a detached child until it exits. */
  ownGroup(child) {
    this.#listen();
    if (child.pid === undefined) return;
    this.#groups.add(child.pid);
    child.once('exit', () => this.#groups.delete(child.pid));
  }

  get ending() {
    return this.#ending !== undefined;
  }

  /** Ends all that is owned; what fails to end is reported and does not keep the rest from ending. */
  async end() {
    this.#ending ??= (async () => {
      for (let entry = this.#owned.pop(); entry; entry = this.#owned.pop()) {
        try {
          await entry.end();
        } catch (error) {
          process.stderr.write(`while ending: ${error.message}\n`);
        }
      }
      for (const pgid of this.#groups) killGroup(pgid, 'SIGTERM');
      const end = Date.now() + 3000;
      while (this.#groups.size > 0 && Date.now() < end) await new Promise((r) => setTimeout(r, 20));
      this.killAll();
    })();
    await this.#ending;
  }

  killAll() {
    for (const pgid of this.#groups) killGroup(pgid, 'SIGKILL');
  }

  #listen() {
    if (this.#listening) return;
    this.#listening = true;
    for (const [signal, number] of [
      ['SIGINT', 2],
      ['SIGTERM', 15],
      ['SIGHUP', 1],
    ]) {
      process.on(signal, () => {
        // one Ctrl-C can arrive twice: from the terminal, and passed on by npm
        const now = Date.now();
        if (this.#interruptedAt !== undefined && now - this.#interruptedAt < sameInterruptMs)
          return;
        const again = this.#interruptedAt !== undefined;
        this.#interruptedAt = now;
        if (again) {
          this.killAll();
          process.exit(128 + number);
        }
        void this.end().then(() => process.exit(this.interruptedExitCode ?? 128 + number));
      });
    }
    process.on('exit', () => this.killAll());
  }
}

/** The one of this process. */
export const lifetime = new Lifetime();
