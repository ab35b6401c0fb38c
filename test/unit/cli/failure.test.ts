import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { failureOf } from '../../../src/cli/failure';
import {
  AgentUnavailable,
  RequestTimeout,
  type UnavailableKind,
} from '../../../src/native-bridge/client/errors';

describe('what a failure says', () => {
  const codes: readonly (readonly [UnavailableKind, number])[] = [
    ['sudo-missing', 5],
    ['sudo-needs-password', 5],
    ['sudo-refused', 5],
    ['cannot-start', 1],
    ['exited', 1],
    ['hangs', 1],
    ['garbage', 1],
    ['protocol-mismatch', 1],
  ];
  for (const [kind, code] of codes) {
    it(`${kind}: one line, exit status ${code}`, () => {
      const failure = failureOf(new AgentUnavailable(kind, 'code 7'), 'no such\nfile\x1b[2J');
      assert.equal(failure.code, code);
      assert.match(failure.message, /^[\x20-\x7e]+$/);
      if (code === 1) assert.match(failure.message, /code 7; it said: no such\\x0afile/);
    });
  }

  it('a slow agent: what was asked, and a way out', () => {
    assert.match(
      failureOf(new RequestTimeout('engines/read', 15_000)).message,
      /15000 ms; .*again/,
    );
  });
});
