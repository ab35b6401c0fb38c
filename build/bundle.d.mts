export function bundle(): Promise<void>;
export function ensureBundle(): Promise<void>;
