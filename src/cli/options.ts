import { parseArgs } from 'node:util';
import { namespaceTypes, type NamespaceType } from '../model/ids';
import { safe } from '../model/text/safe';
import type { Sorting } from './table';

export const commandNames = [
  'snapshot',
  'containers',
  'namespaces',
  'cgroups',
  'processes',
] as const;
export type CommandName = (typeof commandNames)[number];

/** Columns of each table by `columnName`; a snapshot is several tables. */
export const columnsOf: Readonly<Record<CommandName, readonly string[]>> = {
  snapshot: [],
  containers: [
    'name',
    'engine',
    'id',
    'state',
    'pid',
    'procs',
    'own-namespaces',
    'image',
    'command',
  ],
  namespaces: ['ns', 'type', 'procs', 'pid', 'comm', 'owner', 'parent', 'container'],
  cgroups: ['hierarchy', 'procs', 'memory', 'pids', 'path', 'container'],
  processes: ['pid', 'inside', 'uid', 's', 'seccomp', 'own-namespaces', 'container', 'comm'],
};

export interface Options {
  readonly command: CommandName;
  readonly json: boolean;
  readonly watch: boolean;
  readonly sudo: boolean;
  readonly native: boolean;
  readonly headers: boolean;
  readonly tree: boolean;
  /** Name, id (or its beginning) or pid of a container. */
  readonly container: string | undefined;
  readonly types: readonly NamespaceType[];
  readonly sort: Sorting | undefined;
}

/** The words of the call are off; the message says which and how it goes. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export type Parsed =
  | { readonly kind: 'run'; readonly options: Options }
  | { readonly kind: 'help' }
  | { readonly kind: 'version' };

export const usage = `Usage: container-internals COMMAND [OPTION]...
What containers on this host are made of.

Commands:
  containers     containers of every engine and of none, with their first process
  namespaces     all namespaces with their processes, owners and parents
  cgroups        the cgroups of every hierarchy, their use and limits, the containers in them
  processes      processes with their namespaces, ids and rights
  snapshot       everything at once (with --json: what a bug report needs)

Options:
  --json           print JSON (docs/cli.md) instead of tables, one object a line
  --watch          print again whenever something changed, until interrupted
  --sudo           read as root, through sudo without asking for a password
  --container X    only what belongs to the container of this name, id or pid
  --type T[,T]     namespaces: only of these types (${namespaceTypes.join(', ')})
  --tree           cgroups, namespaces, processes: as a tree
  --sort COLUMN    rows by a column of the table, as in --sort procs; --sort=-procs: descending
  --no-headers     tables without a head
  --no-native      read with plain Node, without owners and parents
  --help, --version

Exit status: 0 done, 1 the host could not be read, 2 wrong usage,
             4 no such container, 5 refused by sudo.
`;

/** @throws UsageError */
export function parseOptions(argv: readonly string[]): Parsed {
  const { values, positionals } = parse(argv);
  const [command, ...more] = positionals;
  if (values.help || command === 'help') return { kind: 'help' };
  if (values.version) return { kind: 'version' };
  if (command === undefined) throw new UsageError('a command is missing');
  if (!isCommand(command)) throw new UsageError(`there is no command '${safe(command)}'`);
  if (more.length > 0) throw new UsageError(`too many words: '${safe(more.join(' '))}'`);
  if (values.type !== undefined && command !== 'namespaces') {
    throw new UsageError('--type goes with namespaces');
  }
  const hasTree = command !== 'containers' && command !== 'snapshot';
  if (values.tree && (values.json || !hasTree)) {
    throw new UsageError('--tree goes with the tables of cgroups, namespaces and processes');
  }
  if (values.container !== undefined && (command === 'snapshot' || values.container === '')) {
    throw new UsageError('--container takes a name, id or pid and does not go with snapshot');
  }
  return {
    kind: 'run',
    options: {
      command,
      json: values.json,
      watch: values.watch,
      sudo: values.sudo,
      native: !values['no-native'],
      headers: !values['no-headers'],
      tree: values.tree,
      container: values.container,
      sort: values.sort === undefined ? undefined : parseSort(command, values.sort, values),
      types: values.type === undefined ? namespaceTypes : parseTypes(values.type),
    },
  };
}

function parse(argv: readonly string[]) {
  const flag = { type: 'boolean', default: false } as const;
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        json: flag,
        watch: flag,
        sudo: flag,
        tree: flag,
        help: { ...flag, short: 'h' },
        version: flag,
        'no-headers': flag,
        'no-native': flag,
        container: { type: 'string' },
        type: { type: 'string' },
        sort: { type: 'string' },
      },
    });
  } catch (error) {
    // parseArgs explains what it does not know, with advice after the first sentence
    if (error instanceof TypeError) {
      const [sentence = ''] = error.message.split(/[.\n]\s/);
      throw new UsageError(safe(sentence), { cause: error });
    }
    throw error;
  }
}

const isCommand = (word: string): word is CommandName =>
  (commandNames as readonly string[]).includes(word);

function parseSort(
  command: CommandName,
  word: string,
  { json, tree }: { readonly json: boolean; readonly tree: boolean },
): Sorting {
  if (json || tree) throw new UsageError('--sort goes with tables that are no trees');
  const descending = word.startsWith('-');
  const column = descending ? word.slice(1) : word;
  const known = columnsOf[command];
  if (known.length === 0) throw new UsageError(`--sort does not go with ${command}`);
  if (!known.includes(column)) {
    throw new UsageError(
      `there is no column '${safe(column)}' of ${command}, but ${known.join(', ')}`,
    );
  }
  return { column, descending };
}

function parseTypes(list: string): readonly NamespaceType[] {
  return list.split(',').map((word) => {
    const type = namespaceTypes.find((known) => known === word);
    if (type === undefined) throw new UsageError(`there is no namespace type '${safe(word)}'`);
    return type;
  });
}
