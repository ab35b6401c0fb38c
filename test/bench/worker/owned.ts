type End = () => unknown;
const owned: End[] = [];

/** Registers how something this process started is ended. */
export function own(end: End): void {
  owned.push(end);
}

/** Ends all, newest first. */
export async function endAll(): Promise<void> {
  for (let end = owned.pop(); end; end = owned.pop()) await end();
}
