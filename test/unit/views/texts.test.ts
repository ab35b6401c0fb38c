import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import type { ReadFileParams } from '../../../src/protocol/agent';
import { KernelFiles } from '../../../src/views/files/kernelFiles';
import { describeStatus, StatusItem, type HostStatus } from '../../../src/views/status/statusItem';
import { Card, escapeMarkdown } from '../../../src/views/tree/card';
import { matcher } from '../../../src/views/tree/filter';
import { nearness, usageText } from '../../../src/views/tree/usageText';
import { Uri } from 'vscode';
import { EventEmitter, recorded } from '../../support/vscode';

describe('tooltips', () => {
  it('show hostile text as it is: no link, no image, no icon, no line of its own', () => {
    const evil = '[click](command:evil) ![x](https://e.vil/i.png) $(bug) <b>\n# **bold**';
    const { value, isTrusted, supportHtml } = new Card(evil).line('Name', evil).markdown;
    assert.equal(isTrusted, false);
    assert.equal(supportHtml, false);
    const unescaped = value.replaceAll(/\\./g, '').replaceAll(/\*(Name)\*|\*\*/g, '');
    for (const sign of ['[', ']', '(', ')', '<', '!', '#', '`', '$(']) {
      assert.ok(!unescaped.includes(sign), `${sign} in ${value}`);
    }
    assert.ok(!value.includes('\n#'));
  });

  it('keep spaces where lines may break', () => {
    assert.equal(escapeMarkdown('a  b'), 'a b');
  });

  it('leave out what is unknown', () => {
    assert.equal(new Card('x').line('Parent', undefined).markdown.value, '**x**\n\n');
  });
});

describe('filter', () => {
  it('wants every word, in any field, in any case', () => {
    const match = matcher('Web 42') ?? assert.fail();
    assert.ok(match('my-web', 420));
    assert.ok(!match('my-web', 7));
    assert.ok(!match(undefined));
  });

  it('is none when empty', () => {
    assert.equal(matcher('  '), undefined);
  });
});

describe('usage', () => {
  it('says nothing for what is unknown, and never 0', () => {
    assert.equal(usageText(undefined), undefined);
    assert.equal(usageText({}), undefined);
    assert.equal(usageText({ memory: { current: undefined, max: 5 } }), undefined);
  });

  it('is set against its limit', () => {
    const usage = {
      memory: { current: 1024 ** 2, max: 64 * 1024 ** 2 },
      pids: { current: 1, max: undefined },
      cpu: { usageUsec: 5, quotaUsec: 150_000, periodUsec: 100_000, weight: 100 },
      frozen: true,
    };
    assert.equal(usageText(usage), '1 MiB of 64 MiB · 1 task · at most 1.5 CPUs · frozen');
    assert.equal(nearness(usage), 1 / 64);
    assert.equal(nearness({ pids: { current: 3, max: undefined } }), undefined);
  });
});

describe('the status bar', () => {
  beforeEach(() => recorded.reset());
  const ready = {
    kind: 'ready',
    hostname: 'web1',
    rights: 'user',
    hidden: 12,
    readerWhy: undefined,
  } as const;

  it('says host, rights and what is hidden', () => {
    assert.equal(describeStatus(ready).text, '$(server-environment) web1 · user · 12 hidden');
    const root = describeStatus({ ...ready, rights: 'sudo', hidden: 0 });
    assert.equal(root.text, '$(shield) web1 · root via sudo');
    assert.equal(root.warn, false);
  });

  it('warns of a picture that is not the present one', () => {
    assert.ok(describeStatus({ ...ready, kind: 'stale' }).warn);
    assert.ok(describeStatus({ kind: 'failed', why: 'because' }).tooltip.includes('because'));
  });

  it('escapes the name of the host', () => {
    assert.ok(describeStatus({ ...ready, hostname: 'a\u202eb' }).text.includes('\\u202e'));
  });

  it('follows the status, and is not there before the agent', () => {
    const changed = new EventEmitter<void>();
    const source: { status: HostStatus; onDidChangeStatus: typeof changed.event } = {
      status: { kind: 'off' },
      onDidChangeStatus: changed.event,
    };
    const view = new StatusItem(source, 'menu');
    const [item] = recorded.statusItems;
    assert.equal(item?.visible, false);
    source.status = ready;
    changed.fire();
    assert.equal(item.visible, true);
    assert.equal(item.command, 'menu');
    view.dispose();
    assert.equal(changed.listeners.size, 0);
  });
});

describe('read-only documents of kernel files', () => {
  const asked: ReadFileParams[] = [];
  const files = new KernelFiles('kernel', {
    read: (params) => {
      asked.push(params);
      if (params.of !== 'process') return Promise.reject(new Error('gone'));
      return Promise.resolve({ text: 'a\0b\0\0', truncated: params.pid === 2 });
    },
    explain: () => 'It is gone.',
  });
  const process = (name: string, pid = 1): ReadFileParams => ({
    of: 'process',
    pid,
    start: 5,
    name,
  });
  const open = (params: ReadFileParams) =>
    files.provideTextDocumentContent(files.uri('/proc/1/x', params));

  it('ask for what their address says, and show NUL as a new line where it separates', async () => {
    assert.equal(await open(process('environ')), 'a\nb');
    assert.deepEqual(asked.at(-1), process('environ'));
    assert.equal(await open(process('status')), 'a\0b\0\0');
  });

  it('say when there was more', async () => {
    assert.match(await open(process('maps', 2)), /cut after 1 MiB/);
  });

  it('say in a sentence what went wrong', async () => {
    const params: ReadFileParams = {
      of: 'cgroup',
      cgroup: { hierarchy: 0, path: '/a' },
      name: 'memory.max',
    };
    assert.equal(await open(params), 'It is gone.');
  });

  it('refuse an address that somebody made up', async () => {
    const before = asked.length;
    for (const query of ['', '{', '{"of":"process","pid":-1,"start":0,"name":"x"}', '"x"']) {
      const uri = Uri.from({ scheme: 'kernel', path: '/x', query });
      const text = await files.provideTextDocumentContent(uri);
      assert.match(text, /names no kernel file/);
    }
    assert.equal(asked.length, before);
  });
});
