import { isJsonObject, type JsonValue } from '../json.ts';
import { base64Forms, hexForms, jsonForms, rareJsonForms, urlForms } from './encodings.ts';
import { leafTexts } from './structured.ts';

/** Shorter values are not masked: they would hit words that are no secret. */
export const RAW_CHARS_MIN = 4;

/** Shorter values are masked as they are, but not in encoded forms. */
export const ENCODED_CHARS_MIN = 8;

/** A line of a longer secret: short ones would hit ordinary words. */
const LINE_CHARS_MIN = 6;

/** Frames of PEM blocks are public and stand in many files. */
const PUBLIC_LINE = /^-----(?:BEGIN|END) [A-Z0-9 ]+-----$/;

const encoder = new TextEncoder();

/** Every byte sequence that gives a secret away: itself, its parts, and what tools make of them. */
export function formsOf(value: string): Uint8Array[] {
  const texts = new Set<string>();
  for (const part of partsOf(value)) {
    if (part.length < RAW_CHARS_MIN || part.trim() === '') continue;
    texts.add(part);
    if (part.length < ENCODED_CHARS_MIN) continue;
    const bytes = encoder.encode(part);
    for (const form of jsonForms(part)) {
      texts.add(form);
      // JSON inside JSON, as loggers write it.
      if (form !== part) for (const twice of jsonForms(form)) texts.add(twice);
    }
    for (const form of rareJsonForms(part)) texts.add(form);
    texts.add(part.replaceAll("'", `'\\''`)); // as dotenv parameters and shells quote it
    texts.add(part.replaceAll("'", "''")); // as YAML quotes it
    for (const form of urlForms(part)) texts.add(form);
    for (const form of base64Forms(bytes)) texts.add(form);
    for (const form of hexForms(bytes)) texts.add(form);
  }
  return [...texts]
    .map((text) => encoder.encode(text))
    .filter((form) => form.length >= RAW_CHARS_MIN);
}

/** What of a secret is a number once it was parsed: `0123456` of YAML is 123456, and one of twenty digits is rounded. */
export function numbersOf(value: string): number[] {
  return [value, ...leavesOf(value)]
    .filter((part) => part.trim().length >= RAW_CHARS_MIN)
    .map(Number)
    .filter((number) => Number.isFinite(number) && String(number).length >= RAW_CHARS_MIN);
}

/** The value, the value without its margin, its longer lines, and the leaves of its JSON. */
function partsOf(value: string): Set<string> {
  const parts = new Set([value, value.trim()]);
  for (const leaf of leavesOf(value)) parts.add(leaf);
  for (const part of Array.from(parts)) {
    if (!/[\r\n]/.test(part)) continue;
    for (const line of part.split(/\r\n|[\r\n]/)) {
      const text = line.trim();
      if (text.length >= LINE_CHARS_MIN && !PUBLIC_LINE.test(text)) parts.add(text);
    }
  }
  return parts;
}

function leavesOf(value: string): string[] {
  if (!/^\s*[[{]/.test(value)) return [];
  try {
    const parsed = JSON.parse(value) as JsonValue;
    return Array.isArray(parsed) || isJsonObject(parsed) ? leafTexts(parsed) : [];
  } catch {
    return []; // it only looked like JSON
  }
}
