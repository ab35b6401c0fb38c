import assert from 'node:assert/strict';
import type { ExtensionApi } from '../../src/extension/api';
import * as vscode from 'vscode';
import { until } from '../support/until';
import { openHost, Sandbox } from './host';

describe('the agent of the views', function () {
  // the conditions that are waited for have deadlines of their own
  this.timeout(120_000);
  let api: ExtensionApi;

  before(async () => {
    api = await openHost();
  });

  it('is put back after it was killed; the last picture stays meanwhile', async () => {
    const pid = api.agentPid();
    assert.ok(pid !== undefined && pid > 1);
    const before = api.picture();
    let wasStale = false;
    const { view } = api.trees.containers;
    process.kill(pid, 'SIGKILL');
    await until('another agent', () => {
      if (api.stale()) {
        wasStale = true;
        assert.ok(api.picture(), 'the last picture is shown');
        assert.match(view.message ?? '', /last picture/);
      }
      const now = api.agentPid();
      return now !== undefined && now !== pid && !api.stale();
    });
    assert.ok(wasStale);
    assert.notEqual(api.picture(), before);
    assert.equal(view.message, undefined);
  });

  it('tells of changes again afterwards', async () => {
    const sandbox = Sandbox.start();
    try {
      await sandbox.appear(api);
    } finally {
      await sandbox.end();
    }
  });

  it('is another one after a restart by command', async () => {
    const pid = api.agentPid();
    await vscode.commands.executeCommand('containerInternals.restartAgent');
    assert.notEqual(api.agentPid(), pid);
    assert.equal(api.stale(), false);
  });
});
