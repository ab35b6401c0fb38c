// serve.mjs BUILD EXTENSION DATA: starts VS Code as the user who runs this, says where in one line of JSON,
// and ends it at the end of stdin. BUILD is a copy of the folder build/.
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [build, extension, dataDir, settings] = process.argv.slice(2);
const kit = (name) => import(pathToFileURL(join(build, 'vscode', name)).href);
const { startServer } = await kit('server.mjs');
const { linkExtension, workbenchUrl } = await kit('workbench.mjs');

linkExtension(extension, join(dataDir, 'extensions'));
const server = await startServer({ dataDir, settings: JSON.parse(settings) });
process.stdout.write(`${JSON.stringify({ address: workbenchUrl(server, { folder: dataDir }) })}\n`);
process.stdin.resume();
await once(process.stdin, 'end');
await server.stop();
