import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { manifest } from '../../../build/manifest';
import { commands, views, type CommandContribution } from '../../../src/extension/contributions';
import { viewItemMenu, viewTitleMenu, welcomes } from '../../../src/extension/menus';
import { rowCommands } from '../../../src/views/tree/rowCommands';

const root = join(__dirname, '../../..');

describe('the manifest', () => {
  it('names only texts that it has', () => {
    const { parts, texts } = manifest();
    const named = new Set(
      [...JSON.stringify(parts).matchAll(/"%([^%"]+)%"/g)].map((match) => match[1]),
    );
    assert.deepEqual([...named].sort(), Object.keys(texts).sort());
  });

  it('has every command that rows and welcome texts run', () => {
    const linked = welcomes.flatMap(({ contents }) =>
      [...contents.matchAll(/\(command:([^)]+)\)/g)].map((match) => match[1] ?? ''),
    );
    for (const id of [...Object.values(rowCommands), ...linked]) assert.ok(id in commands, id);
  });

  it('has an icon for every command that stands beside a row or in a title', () => {
    const list: Readonly<Record<string, CommandContribution>> = commands;
    for (const { command, group } of [...viewTitleMenu, ...viewItemMenu]) {
      if (!/^(inline|navigation)/.test(group)) continue;
      const inMenuOnly =
        !group.startsWith('inline') && !viewTitleMenu.some((one) => one.command === command);
      assert.ok(inMenuOnly || list[command]?.icon, command);
    }
  });

  it('lets every view say something when it is empty, with a button', () => {
    for (const view of Object.values(views)) {
      for (const state of ['loading', 'unsupported', 'failed', 'ready']) {
        const own = welcomes.filter((one) => one.view === view && one.when.includes(`'${state}'`));
        assert.ok(own.length > 0, `${view} ${state}`);
        for (const { contents } of own) assert.match(contents, /\n\[[^\]]+\]\([^)]+\)/);
      }
    }
  });

  it('lets no workspace raise rights', () => {
    const manifestText = readFileSync(join(root, 'package.json'), 'utf8');
    const { contributes } = JSON.parse(manifestText) as {
      contributes: { configuration: { properties: Record<string, { scope: string }> } };
    };
    const { properties } = contributes.configuration;
    assert.equal(properties['containerInternals.elevateOnStart']?.scope, 'machine');
  });
});
