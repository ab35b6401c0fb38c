export interface ServerOptions {
  readonly port?: number;
  readonly token?: string;
  readonly dataDir?: string;
  readonly extensionsDir?: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly keepSettings?: boolean;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly workspaceTrust?: boolean;
  readonly driver?: boolean;
}

export interface Server {
  readonly port: number;
  readonly token: string;
  readonly pid: number;
  readonly dataDir: string;
  readonly extensionsDir: string;
  readonly logFile: string;
  readonly exit: Promise<string>;
  stop(): Promise<void>;
}

export const quietSettings: Readonly<Record<string, unknown>>;
export function startServer(options?: ServerOptions): Promise<Server>;
export function freePort(): Promise<number>;
export function isFree(port: number): Promise<boolean>;
export function profileArguments(dataDir: string, extensionsDir: string): string[];
export function serverEnvironment(
  dataDir: string,
  extra?: Readonly<Record<string, string | undefined>>,
): NodeJS.ProcessEnv;
