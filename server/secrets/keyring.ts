import { createHash, hkdfSync } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { config } from '#server/config.ts';
import { keepOutOfLogs } from '#server/log-redaction.ts';

/** A key that encrypts values; `id` tells which one encrypted a row, and tells nothing of the key. */
export interface CipherKey {
  readonly id: string;
  readonly bytes: Buffer;
}

/**
 * The keys of this deployment: new values are encrypted by the writer, and whatever any of them encrypted can be read.
 *
 * They come from the settings or, where `attune keys rotate` may change them, from a file, one a line, newest first.
 * The file is looked at again whenever it may have changed, so that a rotation needs no restart: who meets a row of a
 * key that he does not know yet finds it there. A key once known stays known, for what is on its way already.
 */
const known = new Map<string, CipherKey>();

let given: { readonly from: string; readonly writer: CipherKey } | undefined;
let file: { readonly version: string; readonly writer: CipherKey } | undefined;

export function writerKey(): CipherKey {
  const settings = readSettings();
  return readFile()?.writer ?? settings.writer;
}

/** Null: it is none of ours. */
export function findKey(id: string): CipherKey | null {
  writerKey();
  return known.get(id) ?? null;
}

/** One key a line. */
export const readLines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

function readSettings(): { readonly writer: CipherKey } {
  const { ATTUNE_ENCRYPTION_KEY: key, ATTUNE_ENCRYPTION_KEY_OLD: old = '' } = config();
  const from = `${key}\n${old}`;
  if (given?.from !== from) given = { from, writer: learn([key, ...readLines(old)]) };
  return given;
}

function readFile(): { readonly writer: CipherKey } | undefined {
  const path = config().ATTUNE_ENCRYPTION_KEY_FILE;
  if (path === undefined) return undefined;
  try {
    const { mtimeNs, ino } = statSync(path, { bigint: true });
    const version = `${path} ${ino} ${mtimeNs}`;
    if (file?.version === version) return file;
    const lines = readLines(readFileSync(path, 'utf8'));
    if (lines.length > 0) {
      keepOutOfLogs(lines.map((value) => ({ name: 'encryption key', value })));
      file = { version, writer: learn(lines) };
    }
  } catch {
    // It cannot be read at this moment: what we know counts.
  }
  return file;
}

/** @returns the first one */
function learn(secrets: readonly string[]): CipherKey {
  const keys = secrets.map(deriveKey);
  for (const key of keys) known.set(key.id, key);
  const [writer] = keys;
  if (writer === undefined) throw new Error('There is no encryption key');
  return writer;
}

function deriveKey(secret: string): CipherKey {
  const bytes = Buffer.from(hkdfSync('sha256', secret, '', 'attune secrets v1', 32));
  const id = createHash('sha256').update('attune key id').update(bytes).digest('hex').slice(0, 32);
  return { id, bytes };
}
