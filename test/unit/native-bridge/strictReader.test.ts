import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { GarbageOnPipe, StrictReader } from '../../../src/native-bridge/pipe/strictReader';

const frame = (body: string): Buffer =>
  Buffer.from(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);

/** What came out of these chunks: messages, then an error if there was one. */
async function read(chunks: readonly Uint8Array[], max = 1000): Promise<unknown[]> {
  const input = new PassThrough();
  const out: unknown[] = [];
  const reader = new StrictReader(input, max);
  const end = new Promise<void>((resolve) => {
    reader.onError((error) => {
      out.push(error);
      resolve();
    });
    reader.onClose(resolve);
  });
  reader.listen((message) => out.push(message));
  for (const chunk of chunks) input.write(chunk);
  input.end();
  await end;
  return out;
}

const message = fc.record({ jsonrpc: fc.constant('2.0'), text: fc.string({ unit: 'grapheme' }) });

describe('StrictReader', () => {
  test('messages come out whole however they are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(message, { maxLength: 4 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
        async (messages, cuts) => {
          const texts = messages.map((m) => JSON.stringify(m));
          const bytes = Buffer.concat(texts.map(frame));
          const chunks: Buffer[] = [];
          for (let at = 0, i = 0; at < bytes.length; i++) {
            const size = cuts[i % cuts.length] ?? 1;
            chunks.push(bytes.subarray(at, at + size));
            at += size;
          }
          const out = await read(chunks);
          assert.deepEqual(
            out.map((m) => JSON.stringify(m)),
            texts,
          );
        },
      ),
      { numRuns: 50 },
    );
  });

  const garbage: readonly [string, string][] = [
    ['text', 'hello'],
    ['a first letter that fits no header', 'X'],
    ['another header', 'Content-Type: x\r\n\r\n'],
    ['a header without end', `Content-Length: ${'1'.repeat(80)}`],
    ['a length that is none', 'Content-Length: -1\r\n\r\n'],
    ['too long a message', 'Content-Length: 1001\r\n\r\n'],
    ['no JSON', frame('{').toString()],
    ['no object', frame('7').toString()],
    ['an object that is no message', frame('{"id":1}').toString()],
  ];
  for (const [what, text] of garbage) {
    test(`${what} is an error, after what was good`, async () => {
      const good = '{"jsonrpc":"2.0"}';
      const [first, second, ...more] = await read([frame(good), Buffer.from(text)]);
      assert.equal(JSON.stringify(first), good);
      assert.ok(second instanceof GarbageOnPipe, String(second));
      assert.deepEqual(more, []);
    });
  }

  test('noise never does worse', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1 }), async (noise) => {
        const [result] = await read([noise]);
        assert.ok(result === undefined || result instanceof GarbageOnPipe);
      }),
    );
  });
});
