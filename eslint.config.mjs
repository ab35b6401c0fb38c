import tseslint from 'typescript-eslint';
import { importRule } from './build/law/importRule.mjs';
import law from './build/law/layers.cjs';

const typescript = ['src/**/*.ts', 'test/**/*.ts', 'build/**/*.ts'];
const scripts = ['*.mjs', 'build/**/*.mjs', 'test/**/*.mjs'];

export default tseslint.config(
  {
    ignores: [
      'dist/**',
      'out/**',
      'native/**',
      'node_modules/**',
      '.vscode-test/**',
      'test/fixtures/**',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: typescript,
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      // numbers and branded numbers in sentences are what template strings are for
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      'no-console': 'error',
      'no-empty': ['error', { allowEmptyCatch: false }],
      eqeqeq: 'error',
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Named exports only.' },
        { selector: 'ExportAllDeclaration', message: 'No barrel files.' },
      ],
    },
  },
  {
    files: ['src/**/*.ts'],
    plugins: { law: { rules: { imports: importRule } } },
    rules: { 'law/imports': ['error', law.layers], 'max-lines': ['error', 300] },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      // node:test's describe() and it() return promises that the runner itself awaits
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafeCalls: [
            { from: 'package', package: 'node:test', name: ['describe', 'it', 'test', 'suite'] },
          ],
        },
      ],
    },
  },
  {
    files: scripts,
    extends: [...tseslint.configs.strict],
    rules: {
      eqeqeq: 'error',
      'no-empty': ['error', { allowEmptyCatch: false }],
      '@typescript-eslint/no-dynamic-delete': 'off',
    },
  },
);
