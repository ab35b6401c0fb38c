export const maximumBytes: number;
export function faultsOfPackage(names: readonly string[], bytes: number): string[];
export function checkVsix(file: string): void;
