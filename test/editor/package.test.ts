import assert from 'node:assert/strict';
import * as vscode from 'vscode';

interface Manifest {
  publisher: string;
  contributes?: { commands?: { command: string }[] };
}

const id = 'container-internals.container-internals';

function extension(): vscode.Extension<unknown> {
  const found = vscode.extensions.getExtension(id);
  assert.ok(found, `${id} is not among the extensions`);
  return found;
}

describe('the extension in a real VS Code', () => {
  it('activates', async () => {
    await extension().activate();
    assert.equal(extension().isActive, true);
  });

  it('registers every command that it contributes', async () => {
    await extension().activate();
    const manifest = extension().packageJSON as Manifest;
    const contributed = (manifest.contributes?.commands ?? []).map(({ command }) => command);
    assert.notEqual(contributed.length, 0);
    const registered = new Set(await vscode.commands.getCommands(true));
    assert.deepEqual(
      contributed.filter((command) => !registered.has(command)),
      [],
    );
  });
});
