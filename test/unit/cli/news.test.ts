import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { News } from '../../../src/cli/news';

const never = 2 ** 30;

describe('news', () => {
  it('that came before is not waited for, and is no news twice', async () => {
    const news = new News();
    news.tell();
    news.tell();
    await news.next(never);
    let woken = false;
    const second = news.next(never).then(() => (woken = true));
    await Promise.resolve();
    assert.equal(woken, false);
    news.tell();
    await second;
  });

  it('that do not come end the wait at its time', async () => {
    await new News().next(0);
  });

  it('of a failure reject, then and ever after', async () => {
    const news = new News();
    const waiting = assert.rejects(news.next(never), /gone/);
    news.fail(new Error('gone'));
    await waiting;
    await assert.rejects(news.next(never), /gone/);
  });
});
