import { cpus, loadavg, release } from 'node:os';
import type { Figure } from './figure';

export const isMissed = ({ value, target }: Figure): boolean => target !== null && value > target;

/** Three significant digits; whole numbers stay whole. */
const text = (value: number | null): string =>
  value === null ? '' : Math.abs(value) >= 100 ? value.toFixed(0) : `${+value.toPrecision(3)}`;

const columns = [
  { title: 'figure', width: 36, left: true },
  { title: 'value', width: 9, left: false },
  { title: 'unit', width: 7, left: true },
  { title: 'target', width: 8, left: false },
  { title: 'peer', width: 9, left: false },
] as const;

const row = (cells: readonly string[]): string =>
  columns
    .map(({ width, left }, i) => {
      const cell = cells[i] ?? '';
      return left ? cell.padEnd(width) : cell.padStart(width);
    })
    .join(' ');

export interface Report {
  head(): void;
  figure(figure: Figure): void;
}

/** A table for a person, each row as soon as it is known. */
export function tableReport(write: (line: string) => void): Report {
  return {
    head: () => {
      const load = loadavg()[0]?.toFixed(1) ?? '?';
      write(`Linux ${release()}, ${cpus().length} cores, load average ${load}`);
      write(row(columns.map(({ title }) => title)));
    },
    figure: (figure) => {
      const { name, value, unit, target, peer } = figure;
      const mark = target === null ? ' ' : isMissed(figure) ? '✗' : '✓';
      write(`${row([name, text(value), unit, text(target), text(peer)])} ${mark}`.trimEnd());
    },
  };
}

/** One JSON object a line. */
export function jsonReport(write: (line: string) => void): Report {
  return {
    head: () => undefined,
    figure: ({ name, value, unit, target, peer }) =>
      write(JSON.stringify({ name, value, unit, target, peer })),
  };
}
