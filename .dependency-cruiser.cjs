const { layers } = require('./build/law/layers.cjs');

const folders = (names) => `^src/(${names.join('|')})/`;

/** Made from the table: a layer reaches no layer that it may not import. */
const lawOfLayers = Object.entries(layers).map(([layer, { may }]) => ({
  name: `${layer}-imports-downwards`,
  severity: 'error',
  from: { path: folders([layer]) },
  to: { path: '^src/', pathNot: folders([layer, ...may]) },
}));

module.exports = {
  forbidden: [
    ...lawOfLayers,
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'vscode-only-in-the-editor',
      severity: 'error',
      from: { path: '^src/', pathNot: folders(['views', 'extension']) },
      // the module resolves to its types; a bare ^vscode$ alone would match nothing
      to: { path: '^vscode$|/@types/vscode/' },
    },
    {
      name: 'koffi-only-in-ffi',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/native-bridge/ffi/' },
      to: { path: 'node_modules/koffi/|^koffi$' },
    },
    {
      name: 'agent-stays-small',
      comment: 'The agent may be root: what it can reach is read by whoever reviews its rights.',
      severity: 'error',
      from: { path: '^src/native-bridge/agent/' },
      to: { reachable: true, path: '^src/(extension|views|cli|native-bridge/client)/' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    doNotFollow: { path: 'node_modules' },
  },
};
