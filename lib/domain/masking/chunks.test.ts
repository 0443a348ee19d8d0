import { expect, test } from 'vitest';
import { createMasker, type Masker } from './index.ts';

const utf8 = (text: string) => new TextEncoder().encode(text);
const deep = process.env['ATTUNE_TEST_DEEP'] !== undefined;

/** Feeds chunks of the given sizes, in turn, and gives what came out. */
function inChunks(masking: Masker, text: string | Uint8Array, sizes: readonly number[]): string {
  const bytes = typeof text === 'string' ? utf8(text) : text;
  const stream = masking.stream();
  const out: number[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = Math.max(1, sizes[turn % sizes.length] ?? 1);
    out.push(...stream.write(bytes.slice(at, at + size)));
    at += size;
  }
  out.push(...stream.end());
  return Buffer.from(out).toString();
}

test('the cut of the chunks makes no difference', () => {
  const random = mulberry32(42);
  const alphabet = 'abAB=';
  const word = (length: number) =>
    Array.from({ length }, () => alphabet[Math.floor(random() * alphabet.length)]).join('');
  for (let round = 0; round < (deep ? 3_000 : 150); round++) {
    const secrets = Array.from({ length: 1 + Math.floor(random() * 5) }, (_, i) => ({
      name: `s${i}`,
      value: word(4 + Math.floor(random() * 9)),
    }));
    const parts = Array.from({ length: 20 }, () => {
      const secret = secrets[Math.floor(random() * secrets.length)]?.value ?? '';
      return [word(Math.floor(random() * 8)), secret, btoa(secret), secret.slice(1)][
        Math.floor(random() * 4)
      ];
    });
    const text = parts.join('');
    const each = createMasker(secrets);
    const whole = each.text(text);

    for (const { value } of secrets) expect(whole.includes(value)).toBe(false);
    expect(inChunks(each, text, [1])).toBe(whole);
    expect(
      inChunks(each, text, [1 + Math.floor(random() * 9), 1 + Math.floor(random() * 30)]),
    ).toBe(whole);
    expect(naive(text, secrets)).toBe(whole.replaceAll(/\[masked: s\d\]/g, '#'));
  }
});

/** The union of all places where a secret or its base64 stands, found the slow way. */
function naive(text: string, secrets: readonly { value: string }[]): string {
  const forms = secrets.flatMap(({ value }) => [
    value,
    ...(value.length >= 8 ? encodings(value) : []),
  ]);
  const places: [number, number][] = [];
  for (const form of forms) {
    for (let at = text.indexOf(form); at !== -1; at = text.indexOf(form, at + 1))
      places.push([at, at + form.length]);
  }
  places.sort(([a], [b]) => a - b);
  let out = '';
  let end = 0;
  for (const [from, to] of places) {
    if (from >= end) out += `${text.slice(end, from)}#`;
    end = Math.max(end, to);
  }
  return out + text.slice(end);
}

function encodings(value: string): string[] {
  const forms = [
    Buffer.from(value).toString('hex'),
    Buffer.from(value).toString('hex').toUpperCase(),
  ];
  forms.push(value.replaceAll('=', '%3D'), value.replaceAll('=', '%3d'));
  for (const offset of [0, 1, 2]) {
    const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(value)]);
    const start = Math.ceil((offset * 8) / 6);
    const padded = bytes.toString('base64').slice(start);
    const bare = padded.replace(/=+$/, '');
    const certain = bytes.toString('base64').slice(start, Math.floor((bytes.length * 8) / 6));
    forms.push(padded, bare, certain);
  }
  return forms.flatMap((form) => [form, form.replaceAll('+', '-').replaceAll('/', '_')]);
}

function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

test('a stream that is replaced by one that knows more lets nothing slip between the two', () => {
  const known = [
    { name: 'one', value: 'swordfish-swordfish' },
    { name: 'two', value: 'fish-sword' },
  ];
  const more = [...known, { name: 'three', value: 'blowfish' }];
  const before = `x swordfish-swordfish-sword ${btoa('swordfish-swordfish')} swordfish-sw`;
  const all = `${before}blowfish-and-fish-sword`;

  for (let cut = 0; cut <= before.length; cut++) {
    const first = createMasker(known).stream();
    const second = createMasker(more).stream();
    const out = [
      first.write(utf8(all.slice(0, cut))),
      second.write(first.release()),
      second.write(utf8(all.slice(cut))),
      second.end(),
    ];
    const text = Buffer.concat(out).toString();
    expect(text, `cut at ${cut}`).toMatch(/\[masked: three\]-and-\[masked: two\]$/);
    expect(text, `cut at ${cut}`).not.toMatch(/ordfish-sword|blowfish|c3dvcmRm/);
  }
});
