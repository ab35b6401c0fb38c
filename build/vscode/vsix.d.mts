export function installVsix(file: string, dataDir: string): Promise<string[]>;
