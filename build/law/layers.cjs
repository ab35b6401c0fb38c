/**
 * The import law: what a folder of src may import besides itself. The lint rule, dependency-cruiser and the
 * tests that keep both honest are all made from this table; tsconfig references say the same a third time.
 * `packages` may end in `*`. `inside` narrows a package to one folder of the layer.
 */
exports.layers = {
  model: { may: [], packages: [] },
  protocol: { may: ['model'], packages: ['vscode-jsonrpc', 'zod', 'zod/mini'] },
  'native-bridge': {
    may: ['model', 'protocol'],
    packages: ['vscode-jsonrpc', 'vscode-jsonrpc/node', 'zod', 'koffi', 'node:*'],
    inside: { koffi: 'src/native-bridge/ffi/' },
  },
  cli: { may: ['model', 'protocol', 'native-bridge'], packages: ['node:*'] },
  views: { may: ['model', 'protocol'], packages: ['vscode', 'node:crypto'] },
  extension: {
    may: ['model', 'protocol', 'native-bridge', 'views'],
    packages: ['vscode', 'node:*'],
  },
};
