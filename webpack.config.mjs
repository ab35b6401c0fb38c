import { chmodSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import webpack from 'webpack';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** The shell starts the command line program by its first line, so it must be an executable file. */
class ExecutableFile {
  constructor(path) {
    this.path = path;
  }
  apply(compiler) {
    compiler.hooks.afterEmit.tap('ExecutableFile', () => chmodSync(this.path, 0o755));
  }
}

/**
 * One bundle that runs in Node: what is neither VS Code's nor native is inside it.
 * @param name of the output file, without its ending
 * @param options.banner first line of the file; makes it executable
 */
export function nodeBundle(
  name,
  entry,
  { folder = 'dist', tsconfig = 'src/extension', banner } = {},
) {
  const file = `${here(folder)}/${name}.js`;
  return {
    name,
    target: 'node20',
    mode: 'production',
    devtool: 'source-map',
    context: here('.'),
    entry: { [name]: entry },
    output: {
      path: here(folder),
      filename: '[name].js',
      library: { type: 'commonjs2' },
      // relative to the bundle: right in a debugger, and no machine's paths in the package
      devtoolModuleFilenameTemplate: `${folder.replaceAll(/[^/]+/g, '..')}/[resource-path]`,
    },
    resolve: { extensions: ['.ts', '.js'] },
    externals: { vscode: 'commonjs vscode', koffi: 'commonjs koffi', mocha: 'commonjs mocha' },
    module: {
      rules: [
        {
          test: /\.ts$/,
          exclude: /node_modules/,
          loader: 'ts-loader',
          options: {
            // types are checked by tsc -b, once for all bundles
            transpileOnly: true,
            configFile: here(`${tsconfig}/tsconfig.json`),
            compilerOptions: {
              composite: false,
              incremental: false,
              declaration: false,
              emitDeclarationOnly: false,
            },
          },
        },
      ],
    },
    // readable stacks in bug reports are worth more than bytes on the user's disk
    optimization: { minimize: false },
    performance: { hints: false },
    plugins: banner
      ? [new webpack.BannerPlugin({ banner, raw: true }), new ExecutableFile(file)]
      : [],
  };
}

export default [
  nodeBundle('extension', './src/extension/extension.ts'),
  nodeBundle('agent', './src/native-bridge/agent/main.ts', { tsconfig: 'src/native-bridge' }),
  nodeBundle('cli', './src/cli/main.ts', { tsconfig: 'src/cli', banner: '#!/usr/bin/env node' }),
  nodeBundle('index', './test/editor/index.ts', { folder: 'out/test/editor', tsconfig: 'test' }),
];
