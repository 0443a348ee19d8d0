import { createWriteStream, mkdirSync, renameSync, statSync } from 'node:fs';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { complain } from '#bin/screen.ts';
import { createLineSplitter, importantText } from './log-lines.ts';

const ROTATE_BYTES = 20 * 1024 * 1024;
/** The same words are shown once in this time; the file has them all. */
const REPEAT_MS = 30_000;

export interface Log {
  readonly file: string;
  /** The last words on stderr, for when the process is gone. */
  readonly lastWords: () => string;
  readonly attach: (child: ChildProcess) => void;
}

/** Writes a program's output to `<data>/logs/<name>.log` and shows what matters. */
export function openLog(dataDir: string, name: string): Log {
  const dir = join(dataDir, 'logs');
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const file = join(dir, `${name}.log`);
  rotate(file);
  const out = createWriteStream(file, { flags: 'a', mode: 0o600 });
  out.on('error', () => undefined); // a full disk must not end the launcher
  const show = createShow(name);
  let lastWords = '';

  const attach = (child: ChildProcess) => {
    for (const stream of ['stdout', 'stderr'] as const) {
      const write = createLineSplitter((line) => {
        out.write(`${line}\n`);
        const text = importantText(line, stream);
        if (text === null) return;
        lastWords = text;
        show(text);
      });
      child[stream]?.setEncoding('utf8').on('data', write);
    }
  };
  return { file, attach, lastWords: () => lastWords };
}

function createShow(name: string): (text: string) => void {
  const shownAt = new Map<string, number>();
  return (text) => {
    const now = Date.now();
    if (now - (shownAt.get(text) ?? 0) < REPEAT_MS) return;
    if (shownAt.size > 100) shownAt.clear();
    shownAt.set(text, now);
    complain(`${name} │ ${text}`);
  };
}

function rotate(file: string): void {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > ROTATE_BYTES) renameSync(file, `${file}.1`);
}
