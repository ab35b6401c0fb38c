/** Far beyond what a loaded machine needs: only a test that fails waits so long. */
export const deadlineMs = 90_000;

/** One attempt at something that a redraw of the workbench can spoil; the next attempt follows. */
export const attempt = { timeout: 5_000 };
