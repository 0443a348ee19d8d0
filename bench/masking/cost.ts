import { createMasker, type Masker } from '#lib/domain/masking/index.ts';

const SECRETS = 200;
const CHUNK_BYTES = 64 * 1024;
const STREAM_MB_PER_SECOND = 10;
/** Short ones: some of them fall between what neighbours do. */
const ROUNDS = 40;
const ROUND_MB = 5;

let seed = 7;
const below = (limit: number): number => {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((seed / 2 ** 32) * limit);
};
const word = (alphabet: string, length: number): string =>
  Array.from({ length }, () => alphabet[below(alphabet.length)]).join('');

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const BASE64 = `${LETTERS}${LETTERS.toUpperCase()}0123456789+/`;

/** Passwords with what has to be escaped, tokens, and hex keys. */
export const secrets = Array.from({ length: SECRETS }, (_, n) => ({
  name: `secret ${n}`,
  value: [
    () => word(`${BASE64}!"$%&/()=?\\'#ä`, 16 + below(16)),
    () => word(BASE64, 40),
    () => word('0123456789abcdef', 64),
    () => `${word(LETTERS, 6)}-${word(LETTERS, 6)}`,
  ][n % 4]?.() as string,
}));

const line = (n: number): string =>
  `2026-11-23T14:06:${String(n % 60).padStart(2, '0')}.123Z INFO ${word(LETTERS, 8)}.${word(LETTERS, 6)} request ${n} took ${below(900)} ms {"user":"${word(LETTERS, 7)}","path":"/api/v1/${word(LETTERS, 9)}"}\n`;

/** What a worker may have to mask. */
export const STREAMS: Readonly<Record<string, () => string>> = {
  'log lines': () => Array.from({ length: 600 }, (_, n) => line(n)).join(''),
  'log lines, a secret in every tenth': () =>
    Array.from({ length: 600 }, (_, n) =>
      n % 10 === 0 ? `token ${secrets[n % SECRETS]?.value}\n` : line(n),
    ).join(''),
  base64: () => word(BASE64, CHUNK_BYTES),
  hex: () => word('0123456789abcdef', CHUNK_BYTES),
};

/** As bad as can be: nearly everything could become a secret, up to its last character. */
export const WORST = (): string =>
  Array.from({ length: 6_000 }, (_, n) => secrets[n % SECRETS]?.value.slice(0, -1)).join('');

export const makeMasker = (): Masker => createMasker(secrets);

/**
 * What a stream of 10 MB/s costs, in percent of a core, by the processor's time and not the clock's. Of several rounds
 * the cheapest: neighbours share caches with us and can only make it dearer.
 */
export function costOf(masker: Masker, make: () => string): number {
  const chunk = Buffer.from(make()).subarray(0, CHUNK_BYTES);
  for (let n = 0; n < 3; n++) measure(masker, chunk, ROUND_MB); // warm
  const costs = Array.from({ length: ROUNDS }, () => measure(masker, chunk, ROUND_MB));
  return Math.min(...costs);
}

function measure(masker: Masker, chunk: Uint8Array, megabytes: number): number {
  const stream = masker.stream();
  const chunks = Math.ceil((megabytes * 1_000_000) / chunk.length);
  const start = process.cpuUsage();
  for (let n = 0; n < chunks; n++) stream.write(chunk);
  stream.end();
  const { user, system } = process.cpuUsage(start);
  const megabytesPerSecond = (chunks * chunk.length) / (user + system); // bytes per µs are MB/s
  return (STREAM_MB_PER_SECOND / megabytesPerSecond) * 100;
}
