const LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type Level = (typeof LEVELS)[number];
export type Log = (level: Level, message: string) => void;

/** Lines on stderr, `<time> <LEVEL> <message>`; levels below `least` (default info) are left out. */
export function openLog(least: string | undefined): Log {
  const wanted = LEVELS.findIndex((level) => level === least?.toLowerCase());
  const from = wanted === -1 ? LEVELS.indexOf('info') : wanted;
  return (level, message) => {
    if (LEVELS.indexOf(level) < from) return;
    process.stderr.write(
      `${new Date().toISOString()} ${level.toUpperCase().padEnd(5)} ${message}\n`,
    );
  };
}

/** `fetch` says only that it failed; why is in its cause. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
