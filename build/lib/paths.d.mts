export const root: string;
export const workDir: string;
export function cacheDir(env?: Readonly<Record<string, string | undefined>>): string;
