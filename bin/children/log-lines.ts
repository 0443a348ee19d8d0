/** What pino writes, as far as the screen cares. */
interface LogLine {
  readonly level: number;
  readonly msg: string;
  readonly err?: { readonly message?: string };
}

const WARN = 40;

/** The words of a line that somebody at the screen wants to see, or null. Plain text on stderr always is. */
export function importantText(line: string, stream: 'stdout' | 'stderr'): string | null {
  const parsed = parseLogLine(line);
  if (parsed === null) return stream === 'stderr' && line.trim() !== '' ? line : null;
  if (parsed.level < WARN) return null;
  const reason = parsed.err?.message;
  return reason === undefined ? parsed.msg : `${parsed.msg}: ${reason}`;
}

function parseLogLine(line: string): LogLine | null {
  if (!line.startsWith('{')) return null;
  try {
    const value = JSON.parse(line) as Partial<LogLine>;
    return typeof value.level === 'number' && typeof value.msg === 'string'
      ? (value as LogLine)
      : null;
  } catch {
    return null;
  }
}

/** Cuts a stream of bytes into lines; what is left over waits for its end. */
export function createLineSplitter(onLine: (line: string) => void): (chunk: string) => void {
  let rest = '';
  return (chunk) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  };
}
