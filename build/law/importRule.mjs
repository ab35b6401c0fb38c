import { posix } from 'node:path';

const layerOf = (path) => /(?:^|\/)(src\/([^/]+)\/.*)$/.exec(path);

/**
 * Whether a file of src may import what it names, by the table of layers.
 * @param path of the importing file, with slashes
 * @param specifier as written in the import
 * @returns a sentence saying what is allowed, or undefined when the import is
 */
export function judgeImport(layers, path, specifier) {
  const here = layerOf(path);
  const law = here && layers[here[2]];
  if (!law) return undefined;
  const [, file, layer] = here;
  if (specifier.startsWith('.')) {
    const target = posix.join(posix.dirname(file), specifier);
    const there = layerOf(`${target}/`)?.[2];
    if (there === layer || law.may.includes(there)) return undefined;
    return `src/${layer} may import only ${['itself', ...law.may].join(', ')}.`;
  }
  const allowed = law.packages.some((name) =>
    name.endsWith('*') ? specifier.startsWith(name.slice(0, -1)) : specifier === name,
  );
  if (!allowed) {
    return `src/${layer} may import only these packages: ${law.packages.join(', ') || 'none'}.`;
  }
  const folder = law.inside?.[specifier];
  if (folder && !file.startsWith(folder)) return `Only ${folder} may import ${specifier}.`;
  return undefined;
}

/**
 * The lint rule for it. The built-in `no-restricted-imports` sees neither `import()` nor `typeof import()`,
 * and cannot tell a folder of this layer from another layer with the same name.
 */
export const importRule = {
  meta: { type: 'problem', schema: [{ type: 'object' }], messages: { forbidden: '{{why}}' } },
  create(context) {
    const [layers] = context.options;
    const path = context.filename.replaceAll('\\', '/');
    const check = (source) => {
      if (source?.type !== 'Literal' || typeof source.value !== 'string') return;
      const why = judgeImport(layers, path, source.value);
      if (why) context.report({ node: source, messageId: 'forbidden', data: { why } });
    };
    return {
      ImportDeclaration: (node) => check(node.source),
      ImportExpression: (node) => check(node.source),
      ExportNamedDeclaration: (node) => check(node.source),
      ExportAllDeclaration: (node) => check(node.source),
      TSImportType: (node) => check(node.source ?? node.argument?.literal),
      TSExternalModuleReference: (node) => check(node.expression),
      CallExpression: (node) => {
        if (node.callee.type === 'Identifier' && node.callee.name === 'require') {
          check(node.arguments[0]);
        }
      },
    };
  },
};
