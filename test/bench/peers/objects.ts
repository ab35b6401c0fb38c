import { NotificationType, RequestType0 } from 'vscode-jsonrpc/node';

/** A process as plain JSON. */
export interface ProcessObject {
  readonly pid: number;
}
export interface Objects {
  readonly processes: readonly ProcessObject[];
}
export const objectFull = new RequestType0<Objects, void>('objects/full');
export const ObjectDelta = new NotificationType<Objects>('objects/change');

/** As many processes as a delta of the bench changes. */
export const deltaProcesses = 100;
