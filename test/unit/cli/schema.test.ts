import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import * as z from 'zod';
import { cliOutput } from '../../../src/protocol/cli';

const file = join(__dirname, '../../../docs/cli.schema.json');

/** `UPDATE=1` rewrites it; a removed or changed field needs another `cliSchemaVersion`. */
it('docs/cli.schema.json is the schema the program keeps to', () => {
  const text = `${JSON.stringify(z.toJSONSchema(cliOutput), null, 2)}\n`;
  if (process.env['UPDATE'] === '1') writeFileSync(file, text);
  assert.equal(readFileSync(file, 'utf8'), text);
});
