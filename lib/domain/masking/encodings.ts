/** What common tools make of a secret. Each function yields texts in ASCII. */

const ascii = new TextDecoder();
const codesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

const STANDARD = codesOf('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/');
const HEX = codesOf('0123456789abcdef');

/** Widths at which `base64`, `openssl base64` and MIME break their lines. */
const BASE64_WIDTHS = [76, 64];
/** `xxd -p` breaks after 60. */
const HEX_WIDTH = 60;
/** A shorter rest of a broken line says too little, and would hit too much. */
const REST_CHARS_MIN = 8;

/**
 * Base64 wherever the secret stands in the encoded text. Of the characters at its two ends, those
 * that also hold bits of the neighbours are left out; where it stands alone, its padded end is in.
 */
export function base64Forms(bytes: Uint8Array): string[] {
  const forms: string[] = [];
  for (const offset of [0, 1, 2]) {
    const text = base64(bytes, offset);
    const start = Math.ceil((offset * 8) / 6);
    const certain = text.slice(start, Math.floor(((offset + bytes.length) * 8) / 6));
    const alone = text.slice(start);
    forms.push(certain, alone, alone.padEnd(alone.length + ((4 - (text.length % 4)) % 4), '='));
    if (offset === 0) for (const width of BASE64_WIDTHS) forms.push(...brokenLines(alone, width));
  }
  const urlSafe = forms
    .filter((text) => /[+/]/.test(text))
    .map((text) => text.replaceAll('+', '-').replaceAll('/', '_'));
  return [...forms, ...urlSafe];
}

/** Unpadded, with `offset` zero bytes in front. */
function base64(bytes: Uint8Array, offset: number): string {
  const padded = new Uint8Array(offset + bytes.length + 2);
  padded.set(bytes, offset);
  const chars = Math.ceil(((offset + bytes.length) * 8) / 6);
  const codes = new Uint8Array(Math.ceil(chars / 4) * 4);
  for (let from = 0, to = 0; to < chars; from += 3, to += 4) {
    const three =
      ((padded[from] ?? 0) << 16) | ((padded[from + 1] ?? 0) << 8) | (padded[from + 2] ?? 0);
    codes[to] = STANDARD[three >> 18] ?? 0;
    codes[to + 1] = STANDARD[(three >> 12) & 63] ?? 0;
    codes[to + 2] = STANDARD[(three >> 6) & 63] ?? 0;
    codes[to + 3] = STANDARD[three & 63] ?? 0;
  }
  return ascii.decode(codes.subarray(0, chars));
}

export function hexForms(bytes: Uint8Array): string[] {
  const codes = new Uint8Array(bytes.length * 2);
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0;
    codes[2 * i] = HEX[byte >> 4] ?? 0;
    codes[2 * i + 1] = HEX[byte & 15] ?? 0;
  }
  const lower = ascii.decode(codes);
  return [lower, lower.toUpperCase(), ...brokenLines(lower, HEX_WIDTH)];
}

function brokenLines(text: string, width: number): string[] {
  const lines: string[] = [];
  if (text.length <= width) return lines;
  for (let at = 0; at < text.length; at += width) {
    const line = text.slice(at, at + width);
    if (line.length >= REST_CHARS_MIN) lines.push(line);
  }
  return lines;
}

/** Text that every writer of JSON leaves as it is. */
const PLAIN_IN_JSON = /^[ !#$%()*,\-.0-9:;=?@A-Z[\]^_a-z{|}~]*$/;

/** As it stands inside a JSON string: JavaScript's way, Python's (ASCII only) and PHP's (`\/`). */
export function jsonForms(text: string): string[] {
  if (PLAIN_IN_JSON.test(text)) return [];
  const plain = JSON.stringify(text).slice(1, -1);
  const asciiOnly = escapeAs(plain, /[\u007F-\uFFFF]/g, 'lower');
  return [plain, asciiOnly].flatMap((form) => [form, form.replaceAll('/', String.raw`\/`)]);
}

/** The rarer ways: Java's (codes in upper case), Go's (safe inside HTML) and .NET's (both). */
export function rareJsonForms(text: string): string[] {
  if (PLAIN_IN_JSON.test(text)) return [];
  const plain = JSON.stringify(text).slice(1, -1);
  // Escapes are taken one by one: a backslash that is escaped itself begins no other.
  const upper = plain.replaceAll(/\\(?:u([0-9a-f]{4})|.)/g, (escape, code?: string) =>
    code === undefined ? escape : `\\u${code.toUpperCase()}`,
  );
  const quotesAsCodes = upper.replaceAll(/\\./g, (escape) =>
    escape === String.raw`\"` ? String.raw`\u0022` : escape,
  );
  return [
    escapeAs(upper, /[\u007F-\uFFFF]/g, 'upper'),
    escapeAs(plain, /[<>&\u2028\u2029]/g, 'lower'),
    escapeAs(quotesAsCodes, /[<>&'+`\u007F-\uFFFF]/g, 'upper'),
  ];
}

const escapeAs = (text: string, which: RegExp, letters: 'upper' | 'lower'): string =>
  text.replaceAll(which, (char) => {
    const code = char.charCodeAt(0).toString(16).padStart(4, '0');
    return `\\u${letters === 'upper' ? code.toUpperCase() : code}`;
  });

/** Characters that each convention leaves alone, beside letters and digits. */
const URL_SAFE_SETS = [
  "-_.!~*'()", // encodeURIComponent
  '-_.~', // RFC 3986, curl
  '-_.~/', // Python's quote
  '-_.*', // forms
  "-_.!~*'();/?:@&=+$,#", // encodeURI
];

export function urlForms(text: string): string[] {
  if (/^[A-Za-z0-9_.-]*$/.test(text)) return []; // every convention leaves it alone
  const bytes = codesOf(text);
  const forms: string[] = [];
  for (const safe of URL_SAFE_SETS) {
    const upper = percentEncode(bytes, safe);
    const lower = upper.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
    for (const form of [upper, lower]) forms.push(form, form.replaceAll('%20', '+'));
  }
  return forms;
}

function percentEncode(bytes: Uint8Array, safe: string): string {
  let text = '';
  for (const byte of bytes) {
    const char = String.fromCharCode(byte);
    text +=
      /[A-Za-z0-9]/.test(char) || safe.includes(char)
        ? char
        : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return text;
}
