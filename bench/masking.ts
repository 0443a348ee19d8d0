import { createMasker } from '#lib/domain/masking/index.ts';

/**
 * `node bench/masking.ts`: what masking costs a worker, with 200 secrets and a stream of 10 MB/s, in percent of a core.
 * It counts the time of the processor and not the clock's, so that neighbours matter little.
 */

const SECRETS = 200;
const CHUNK_BYTES = 64 * 1024;
const STREAM_MB_PER_SECOND = 10;
const MEASURED_MB = 200;

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
const secrets = Array.from({ length: SECRETS }, (_, n) => ({
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

const STREAMS: Readonly<Record<string, () => string>> = {
  'log lines': () => Array.from({ length: 600 }, (_, n) => line(n)).join(''),
  'log lines, a secret in every tenth': () =>
    Array.from({ length: 600 }, (_, n) =>
      n % 10 === 0 ? `token ${secrets[n % SECRETS]?.value}\n` : line(n),
    ).join(''),
  base64: () => word(BASE64, CHUNK_BYTES),
  hex: () => word('0123456789abcdef', CHUNK_BYTES),
  'beginnings of secrets': () =>
    Array.from({ length: 6_000 }, (_, n) => secrets[n % SECRETS]?.value.slice(0, -1)).join(''),
};

const from = process.cpuUsage();
const masker = createMasker(secrets);
masker.stream().write(new Uint8Array(1));
const built = process.cpuUsage(from);
report(`built for ${SECRETS} secrets in ${Math.round((built.user + built.system) / 1_000)} ms`);

for (const [name, make] of Object.entries(STREAMS)) {
  const chunk = Buffer.from(make()).subarray(0, CHUNK_BYTES);
  const measure = (megabytes: number): number => {
    const stream = masker.stream();
    const chunks = Math.ceil((megabytes * 1_000_000) / chunk.length);
    const start = process.cpuUsage();
    for (let n = 0; n < chunks; n++) stream.write(chunk);
    stream.end();
    const { user, system } = process.cpuUsage(start);
    return (chunks * chunk.length) / (user + system); // bytes per µs are MB/s
  };
  measure(MEASURED_MB / 10); // warm
  const megabytesPerSecond = measure(MEASURED_MB);
  const percent = (STREAM_MB_PER_SECOND / megabytesPerSecond) * 100;
  report(
    `${name}: ${Math.round(megabytesPerSecond)} MB/s; ${STREAM_MB_PER_SECOND} MB/s cost ${percent.toFixed(1)} % of a core`,
  );
}

function report(text: string): void {
  process.stdout.write(`${text}\n`);
}
