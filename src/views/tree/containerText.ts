import { engineDefinitions } from '../../model/engines/engines';
import type { Container } from '../../model/picture';
import { safe } from '../../model/text/safe';

/** Proper name of the engine; undefined for the host. */
export function engineName(container: Container): string | undefined {
  const definition = engineDefinitions.find(({ id }) => id === container.engine);
  return definition?.label ?? (container.engine === undefined ? undefined : safe(container.engine));
}
