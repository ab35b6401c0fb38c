import { lstatSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * The address that opens the workbench of a server started by startServer().
 * @param options.folder opened as the workspace; without it the window is empty
 * @param options.development folders of extensions in development (needs the driver)
 * @param options.tests module whose run() the extension host calls (needs the driver)
 */
export function workbenchUrl({ port, token }, { folder, development = [], tests } = {}) {
  const remote = (path) => `vscode-remote://127.0.0.1:${port}${resolve(path)}`;
  const query = new URLSearchParams({ tkn: token });
  if (folder) query.set('folder', resolve(folder));
  else query.set('ew', 'true');
  const payload = development.map((path) => ['extensionDevelopmentPath', remote(path)]);
  if (tests) payload.push(['extensionTestsPath', remote(tests)]);
  if (payload.length > 0) {
    payload.unshift(['skipWelcome', 'true'], ['skipReleaseNotes', 'true']);
    query.set('payload', JSON.stringify(payload));
  }
  return `http://127.0.0.1:${port}/?${query}`;
}

/**
 * Makes an extension's folder count as installed in `extensionsDir`: the server takes what it finds there
 * as long as it has not written a list of its own (extensions.json).
 */
export function linkExtension(extension, extensionsDir) {
  const { publisher, name, version } = JSON.parse(
    readFileSync(join(extension, 'package.json'), 'utf8'),
  );
  mkdirSync(extensionsDir, { recursive: true });
  rmSync(join(extensionsDir, 'extensions.json'), { force: true });
  const link = join(extensionsDir, `${publisher}.${name}-${version}`);
  if (lstatSync(link, { throwIfNoEntry: false })) rmSync(link, { recursive: true });
  symlinkSync(resolve(extension), link, 'dir');
  return link;
}
