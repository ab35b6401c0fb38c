import type { ReadFileParams } from '../../protocol/agent';
import type { FileReader } from '../../views/files/kernelFiles';
import type { FileLists } from '../commands/fileCommands';
import { explain } from '../errors';
import type { HostService } from './hostService';

/** Text of kernel files, read by the agent with its rights. */
export class KernelFileReader implements FileReader, FileLists {
  constructor(private readonly host: HostService) {}

  read(params: ReadFileParams): Promise<{ readonly text: string; readonly truncated: boolean }> {
    return this.host.request('file/read', params);
  }

  async list(params: ReadFileParams): Promise<readonly string[]> {
    const { text } = await this.read(params);
    return text.split('\n').filter(Boolean);
  }

  explain(error: unknown): string {
    return explain(error).message;
  }
}
