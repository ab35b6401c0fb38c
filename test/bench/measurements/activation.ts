import { runEditorSuite } from '../../../build/vscode/suite.mjs';
import { median } from '../figure';
import { programFile } from '../workerProcess';
import type { Measurement } from './measurement';

/** Each round is a new VS Code: an extension host activates an extension once. */
export const activation: Measurement = {
  name: 'activation',
  at: [0],
  run: async (_, fewer) => {
    const times = new Map<string, number[]>([
      ['activate', []],
      ['load', []],
    ]);
    for (let i = 0; i < (fewer ? 1 : 5); i++) {
      await runEditorSuite(({ name, ms }) => ms !== undefined && times.get(name)?.push(ms), {
        tests: programFile('activation').replace(/\.js$/, ''),
      });
    }
    const of = (name: string) => median(times.get(name) ?? []);
    const common = { unit: 'ms', peer: null };
    return [
      { ...common, name: 'activation', value: of('activate'), target: 50 },
      { ...common, name: 'activation with loading', value: of('load'), target: null },
    ];
  },
};
