export function packageFile(): string;
export function buildPackage(): Promise<string>;
