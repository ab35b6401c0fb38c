import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import type { Memento } from 'vscode';
import { makePicture } from '../../../src/model/picture/makePicture';
import type { Picture } from '../../../src/model/picture';
import { ContextKeySetter } from '../../../src/extension/platform/contextKeys';
import { TreeViews } from '../../../src/extension/services/treeViews';
import { EventEmitter, recorded } from '../../support/vscode';
import { contextOf } from '../views/render';
import { host, process, snapshot } from '../model/build';

const picture = makePicture(snapshot([process(1), process(7)]), host, []);

/** The three views over a picture that the test replaces. */
function open(stored: Record<string, unknown> = {}) {
  const changed = new EventEmitter<void>();
  const source: {
    picture: Picture | undefined;
    stale: boolean;
    onDidChange: typeof changed.event;
  } = { picture, stale: false, onDidChange: changed.event };
  const memento: Pick<Memento, 'get' | 'update'> = {
    get: (key: string) => stored[key],
    update: (key: string, value: unknown) => {
      stored[key] = value;
      return Promise.resolve();
    },
  };
  const seen: boolean[] = [];
  const trees = new TreeViews(
    source,
    contextOf(picture).details,
    new ContextKeySetter(),
    memento as Memento,
    (visible) => seen.push(visible),
  );
  return { trees, source, changed, stored, seen };
}

const keys = (name: string) =>
  recorded.commands
    .filter(({ id, args }) => id === 'setContext' && args[0] === `containerInternals.${name}`)
    .map(({ args }) => args[1]);

describe('the three views', () => {
  beforeEach(() => recorded.reset());

  it('leave no listener behind', () => {
    const { trees, changed } = open();
    assert.ok(changed.listeners.size > 0);
    const before = recorded.configuration.listeners.size;
    trees.dispose();
    assert.equal(changed.listeners.size, 0);
    assert.equal(recorded.configuration.listeners.size, before - 1);
    assert.equal(recorded.treeViews.length, 3);
    for (const view of recorded.treeViews) {
      assert.equal(view.listeners, 0);
      assert.ok(view.disposed);
    }
  });

  it('tell when the first is seen and when none is', () => {
    const { trees, seen } = open();
    const [first, second] = recorded.treeViews;
    assert.ok(first && second);
    for (const [view, visible] of [
      [first, true],
      [second, true],
      [first, false],
      [second, false],
    ] as const) {
      view.visible = visible;
      view.visibility.fire({ visible });
    }
    assert.deepEqual(seen, [false, true, true, true, false]);
    trees.dispose();
  });

  it('remember the order of the namespaces', async () => {
    const { trees, stored } = open();
    assert.equal(trees.grouping, 'type');
    await trees.group('owner');
    trees.dispose();
    const again = open(stored);
    assert.equal(again.trees.grouping, 'owner');
    assert.deepEqual(keys('namespacesByOwner'), [false, true, true]);
    again.trees.dispose();
  });

  it('say that the picture is an old one, and what is filtered', () => {
    const { trees, source, changed } = open();
    trees.containers.filter = ' p7 ';
    assert.deepEqual(keys('containersFiltered'), [true]);
    assert.equal(trees.containers.view.message, 'Filter: p7');
    source.stale = true;
    changed.fire();
    assert.match(trees.containers.view.message ?? '', /last picture[^]*Filter: p7/);
    assert.match(trees.cgroups.view.message ?? '', /last picture/);
    source.stale = false;
    trees.containers.filter = '';
    changed.fire();
    assert.equal(trees.containers.view.message, undefined);
    trees.dispose();
  });

  it('show nothing before there is a picture', () => {
    const { trees, source } = open();
    source.picture = undefined;
    for (const { tree } of trees.all) assert.deepEqual(tree.getChildren(), []);
    trees.dispose();
  });
});
