import type { EngineDefinition } from '../../../model/engines/definition';
import type { AgentResult, EngineAnswer } from '../../../protocol/agent';
import { engineLimits, type EngineLimits } from './answers';
import type { OpenInRoot } from './inRoot';
import { readMonitors } from './monitorSource';
import { findByComm, type NamedProcess } from './processes';
import { SocketAsker } from './socketSource';
import { readState } from './stateSource';

type Asker = (processes: readonly NamedProcess[]) => Promise<readonly EngineAnswer[]>;

const maxAnswers = 100;

/** Asks every place of every engine at once; one that fails costs its own time-out and a gap. */
export class Engines {
  readonly #askers: readonly Asker[];
  readonly #comms: ReadonlySet<string>;
  #reading: Promise<AgentResult<'engines/read'>> | undefined;

  constructor(
    definitions: readonly EngineDefinition[],
    openInRoot: OpenInRoot,
    limits: EngineLimits = engineLimits,
  ) {
    const comms = new Set<string>();
    this.#askers = definitions.flatMap(({ id, sources }) =>
      sources.map((source): Asker => {
        switch (source.kind) {
          case 'socket': {
            if (source.daemon !== undefined) comms.add(source.daemon);
            const asker = new SocketAsker(id, source, openInRoot, limits);
            return (processes) => asker.ask(processes);
          }
          case 'state':
            return () => readState(id, source, limits);
          case 'monitor':
            comms.add(source.comm);
            return (processes) => readMonitors(id, source, processes, openInRoot, limits);
        }
      }),
    );
    this.#comms = comms;
  }

  /** Those who ask while a reading is on get its answer. */
  read(): Promise<AgentResult<'engines/read'>> {
    this.#reading ??= this.#read().finally(() => (this.#reading = undefined));
    return this.#reading;
  }

  async #read(): Promise<AgentResult<'engines/read'>> {
    const processes = await findByComm(this.#comms);
    const answers = await Promise.all(this.#askers.map((ask) => ask(processes)));
    return { answers: answers.flat().slice(0, maxAnswers) };
  }
}
