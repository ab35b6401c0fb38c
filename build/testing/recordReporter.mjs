import { inspect } from 'node:util';

/**
 * A reporter for node:test that writes one JSON record per line, for nodeTests.mjs.
 * Suites and parents whose only fault is a failed child are not tests of their own.
 */
export default async function* recordReporter(source) {
  const names = [];
  for await (const { type, data } of source) {
    if (type === 'test:start') {
      names.length = data.nesting;
      names.push(data.name);
    } else if (type === 'test:stdout' || type === 'test:stderr') {
      yield line({ output: data.message, file: data.file });
    } else if (type === 'test:pass' || type === 'test:fail') {
      const record = toRecord(type, data, names.slice(0, data.nesting));
      if (record) yield line(record);
    }
  }
}

function toRecord(type, data, parents) {
  const { error, duration_ms: ms, type: kind } = data.details;
  if (error?.failureType === 'subtestsFailed') return undefined;
  const skip = data.skip ?? data.todo;
  // a suite is a test only where its own body or hook failed, or where it was skipped as a whole
  if (kind === 'suite' && type === 'test:pass' && skip === undefined) return undefined;
  // node names the test it makes for a whole file by the file's path
  const wholeFile = data.nesting === 0 && data.file !== undefined && isPathOf(data.name, data.file);
  const record = { name: [...parents, data.name].join(' › '), file: data.file, ms };
  if (wholeFile && type === 'test:pass') {
    return { ...record, status: 'failed', error: 'no test in this file' };
  }
  if (skip !== undefined && skip !== false) {
    return {
      ...record,
      status: 'skipped',
      reason: typeof skip === 'string' ? skip : 'no reason given',
    };
  }
  if (type === 'test:pass') return { ...record, status: 'passed' };
  const text = describe(error);
  return { ...record, status: 'failed', error: text, line: lineIn(data.file, text) ?? data.line };
}

function isPathOf(name, file) {
  return name === file || file.endsWith(`/${name}`);
}

function describe(error) {
  // the runner wraps what the test threw
  const cause = error?.cause ?? error;
  const text = typeof cause === 'string' ? cause : inspect(cause, { colors: false, depth: 4 });
  const how = error?.exitCode ?? error?.signal;
  return how === undefined || how === null
    ? text
    : `${text} (the file's process ended with ${how})`;
}

/** The place in the test file from the stack, which source maps have led back to the TypeScript. */
function lineIn(file, stack) {
  if (!file) return undefined;
  const escaped = file.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const match = new RegExp(`${escaped}:(\\d+)`).exec(stack);
  return match ? Number(match[1]) : undefined;
}

function line(record) {
  return `${JSON.stringify(record)}\n`;
}
