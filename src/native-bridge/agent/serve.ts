import {
  createMessageConnection,
  ErrorCodes,
  ResponseError,
  type MessageReader,
  type MessageWriter,
} from 'vscode-jsonrpc/node';
import {
  agentRequests,
  ChangeNotification,
  type AgentMethod,
  type AgentParams,
  type AgentResult,
} from '../../protocol/agent';
import { engineDefinitions } from '../../model/engines/engines';
import { workInside } from './cappedRead';
import { readCgroups } from './cgroups';
import { readDetails } from './details';
import { Engines } from './engines/engines';
import type { OpenInRoot } from './engines/inRoot';
import { failure } from './failures';
import { readFile } from './files';
import { hello, type AgentFacts } from './hello';
import type { Leaving } from './lifetime';
import type { AgentLog } from './log';
import { Watch } from './watch';

export interface ServedFacts extends AgentFacts {
  readonly openInRoot: OpenInRoot;
}

export interface ServeOptions {
  readonly isCongested: () => boolean;
  readonly log: AgentLog;
}

type Handlers = {
  readonly [M in AgentMethod]: (params: AgentParams<M>) => AgentResult<M> | Promise<AgentResult<M>>;
};

/**
 * Answers the closed list of requests on a connection, and nothing else. `onEnd`: the other side
 * closed the pipe, or sent what is no JSON-RPC.
 */
export function serve(
  reader: MessageReader,
  writer: MessageWriter,
  facts: ServedFacts,
  { isCongested, log }: ServeOptions,
  onEnd: () => void,
): Leaving {
  const connection = createMessageConnection(reader, writer);
  let ended = false;
  const end = () => {
    ended = true;
    onEnd();
  };
  const watch = new Watch(
    facts.reader,
    {
      publish: (frame) => {
        if (ended) return;
        connection
          .sendNotification(ChangeNotification, { frame: base64(frame) })
          .catch((error: unknown) => log.warn(`cannot send a change: ${String(error)}`));
      },
      isCongested,
    },
    log,
  );
  const engines = new Engines(engineDefinitions, facts.openInRoot);
  const handlers: Handlers = {
    hello: (params) => hello(facts, params),
    'snapshot/full': async () => ({ frame: base64(await watch.full()) }),
    'snapshot/watch': ({ mode }) => {
      watch.setMode(mode);
      return {};
    },
    'process/details': readDetails,
    'cgroups/read': (params) => readCgroups(facts.hierarchies, params),
    'engines/read': () => engines.read(),
    'file/read': (params) => readFile(facts.hierarchies, params),
  };

  connection.onRequest((method, params) => answer(handlers, method, params, log));
  connection.onClose(end);
  reader.onError(end);
  connection.onError(([error]) => log.warn(`connection: ${error.message}`));
  connection.listen();
  return {
    get isBusy() {
      return watch.isBusy || workInside() > 0;
    },
    dispose: () => {
      watch.dispose();
      facts.reader.dispose();
    },
  };
}

const isMethod = (method: string): method is AgentMethod => Object.hasOwn(agentRequests, method);

async function answer(
  handlers: Handlers,
  method: string,
  params: unknown,
  log: AgentLog,
): Promise<unknown> {
  if (!isMethod(method)) {
    return new ResponseError(ErrorCodes.MethodNotFound, `no method ${method.slice(0, 64)}`);
  }
  const parsed = agentRequests[method].params.safeParse(params ?? {});
  if (!parsed.success) return failure('InvalidParams', parsed.error.message.slice(0, 1024));
  try {
    // The table pairs each method with its own params; the compiler cannot follow a union of keys.
    return await (handlers[method] as (params: unknown) => unknown)(parsed.data);
  } catch (error) {
    if (error instanceof ResponseError) return error;
    log.warn(`${method}: ${error instanceof Error ? (error.stack ?? '') : String(error)}`);
    return new ResponseError(ErrorCodes.InternalError, 'internal error, see the log');
  }
}

const base64 = (frame: Uint8Array): string =>
  Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength).toString('base64');
