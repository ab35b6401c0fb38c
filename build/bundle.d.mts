export function bundle(): Promise<void>;
export function ensureBundle(): Promise<void>;
export function bundleProgram(name: string, entry: string, folder: string): Promise<void>;
