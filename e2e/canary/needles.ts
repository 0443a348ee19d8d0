import { randomBytes } from 'node:crypto';

/** A secret of a run of the test, and what of it gives it away. */
export interface Canary {
  readonly name: string;
  readonly value: string;
  readonly words: readonly string[];
}

/** What was seen somewhere, and where. */
export interface Sighting {
  readonly place: string;
  readonly text: string;
}

const word = (): string => randomBytes(9).toString('hex');

/**
 * Two random words with what has to be escaped in between: in whatever way JSON, HTML, a URL or a shell write it, the
 * words stay as they are.
 */
export function canary(name: string): Canary {
  const words = [word(), word()];
  return { name, value: words.join(`"/ü'&<+ =`), words };
}

/** One without anything to escape, as it may stand in a name. */
export function plainCanary(name: string): Canary {
  const value = word() + word();
  return { name, value, words: [value] };
}

/** Of a token its head says only of what kind it is. */
export const tokenCanary = (name: string, value: string): Canary => ({
  name,
  value,
  words: value.includes('.') ? value.split('.').slice(1) : [value.slice(-24)],
});

export const givenCanary = (name: string, value: string): Canary => ({
  name,
  value,
  words: [value],
});

/** Found without the product's own masking, which is what is put to the test. */
export function listSightings(
  canaries: readonly Canary[],
  seen: readonly Sighting[],
): readonly string[] {
  const needles = canaries.flatMap(({ name, words }) =>
    words.flatMap((text) =>
      Object.entries(formsOf(text)).map(([form, needle]) => ({ name, form, needle })),
    ),
  );
  const found = seen.flatMap(({ place, text }) =>
    needles
      .filter(({ needle }) => text.includes(needle))
      .map(({ name, form, needle }) => {
        const at = text.indexOf(needle);
        const before = text.slice(Math.max(0, at - 60), at).replaceAll(/\s+/g, ' ');
        return `${place}: ${name} (${form}) after …${before}`;
      }),
  );
  return [...new Set(found)];
}

/** Of base64 only what is the same whatever stands before and after. */
function formsOf(text: string): Record<string, string> {
  const bytes = Buffer.from(text);
  const forms: Record<string, string> = {
    plain: text,
    hex: bytes.toString('hex'),
    'hex in capitals': bytes.toString('hex').toUpperCase(),
  };
  for (const offset of [0, 1, 2]) {
    const coded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    const certain = coded.slice(
      Math.ceil((offset * 8) / 6),
      Math.floor(((offset + bytes.length) * 8) / 6),
    );
    forms[`base64, ${offset} on`] = certain;
    forms[`base64url, ${offset} on`] = certain.replaceAll('+', '-').replaceAll('/', '_');
  }
  return forms;
}
