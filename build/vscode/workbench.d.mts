export interface WorkbenchOptions {
  readonly folder?: string;
  readonly development?: readonly string[];
  readonly tests?: string;
}

export function workbenchUrl(
  server: { readonly port: number; readonly token: string },
  options?: WorkbenchOptions,
): string;
export function linkExtension(extension: string, extensionsDir: string): string;
