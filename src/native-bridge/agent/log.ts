/** Lines on stderr, which the client copies to its log. stdout belongs to the protocol alone. */
export interface AgentLog {
  info(message: string): void;
  warn(message: string): void;
}

export const stderrLog: AgentLog = {
  info: (message) => write('info', message),
  warn: (message) => write('warn', message),
};

function write(level: string, message: string): void {
  process.stderr.write(`${level} ${message.replaceAll(/\s*\n\s*/g, ' | ').slice(0, 4096)}\n`);
}
