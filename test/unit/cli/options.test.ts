import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { commandNames, parseOptions, UsageError } from '../../../src/cli/options';

describe('the words of a call', () => {
  it('names a command and how to print it', () => {
    const parsed = parseOptions(['namespaces', '--json', '--type', 'mnt,net', '--sudo']);
    assert.ok(parsed.kind === 'run');
    const { command, json, sudo, types, native, watch } = parsed.options;
    assert.deepEqual(
      { command, json, sudo, types, native, watch },
      {
        command: 'namespaces',
        json: true,
        sudo: true,
        types: ['mnt', 'net'],
        native: true,
        watch: false,
      },
    );
  });

  it('sorts up, or down with a minus', () => {
    for (const [word, descending] of [
      ['--sort=pid', false],
      ['--sort=-pid', true],
    ] as const) {
      const parsed = parseOptions(['processes', word]);
      assert.ok(parsed.kind === 'run');
      assert.deepEqual(parsed.options.sort, { column: 'pid', descending });
    }
  });

  it('asks for help or version wherever it stands', () => {
    assert.equal(parseOptions(['containers', '--help']).kind, 'help');
    assert.equal(parseOptions(['help']).kind, 'help');
    assert.equal(parseOptions(['--version']).kind, 'version');
  });

  const wrong: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['no command', [], /command is missing/],
    ['an unknown command', ['container'], /no command 'container'/],
    ['two commands', ['containers', 'cgroups'], /too many words/],
    ['an unknown option', ['containers', '--frobnicate'], /frobnicate/],
    ['an unknown type', ['namespaces', '--type', 'mount'], /no namespace type 'mount'/],
    ['a type of something else', ['cgroups', '--type', 'mnt'], /goes with namespaces/],
    ['a tree of containers', ['containers', '--tree'], /--tree/],
    ['a tree in JSON', ['cgroups', '--tree', '--json'], /--tree/],
    ['a part of a snapshot', ['snapshot', '--container', 'web'], /--container/],
    [
      'a column that is not there',
      ['containers', '--sort', 'size'],
      /no column 'size'.*name, engine/,
    ],
    ['an order of a tree', ['processes', '--tree', '--sort', 'pid'], /--sort/],
    ['an order of JSON', ['processes', '--json', '--sort', 'pid'], /--sort/],
    ['an order of a snapshot', ['snapshot', '--sort', 'pid'], /--sort/],
    ['controls in its own words', ['\x1b[2J'], /^there is no command '\\x1b\[2J'$/],
    ['an empty name', ['processes', '--container', ''], /--container/],
  ];
  for (const [what, argv, message] of wrong) {
    it(`refuses ${what}`, () => {
      assert.throws(() => parseOptions(argv), { name: 'UsageError', message });
    });
  }

  it('either runs or says what is wrong, whatever the words', () => {
    const word = fc.oneof(
      fc.constantFrom(...commandNames, '--json', '--type', 'mnt', '--container', '--', '-', '-x'),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), (argv) => {
        try {
          parseOptions(argv);
        } catch (error) {
          assert.ok(error instanceof UsageError, String(error));
        }
      }),
    );
  });
});
