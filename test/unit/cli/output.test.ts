import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { describe, it } from 'node:test';
import { failureOf } from '../../../src/cli/failure';
import { Output } from '../../../src/cli/output';

/** A standard output whose writes fail. */
const failing = (code: string) =>
  new Writable({
    write: (_chunk, _encoding, done) => done(Object.assign(new Error(`${code}, write`), { code })),
  }) as unknown as NodeJS.WriteStream;

describe('standard output', () => {
  it('closed by its reader is the end, and no failure', async () => {
    let closed = 0;
    const output = new Output(failing('EPIPE'), () => closed++);
    await output.write('one\n');
    await output.write('two\n');
    assert.equal(closed, 1);
  });

  it('on a full disk is a failure with its cause', async () => {
    const output = new Output(failing('ENOSPC'), () => assert.fail('not closed'));
    const failure = await output.write('one\n').then(() => undefined, failureOf);
    assert.deepEqual(failure, { code: 1, message: 'standard output: ENOSPC, write' });
  });

  it('has a width only on a screen', () => {
    const stream = failing('EPIPE');
    assert.equal(new Output(stream, () => undefined).width, undefined);
    Object.assign(stream, { isTTY: true, columns: 80 });
    assert.equal(new Output(stream, () => undefined).width, 80);
  });
});
