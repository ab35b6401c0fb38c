export function zipEntries(buffer: Buffer): string[];
