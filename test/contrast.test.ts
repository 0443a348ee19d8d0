import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { EXECUTION_STATUSES } from '#lib/domain/execution-status.ts';

const AA_TEXT = 4.5;
const AA_MARK = 3;

type Theme = 'light' | 'dark';
type Oklch = readonly [lightness: number, chroma: number, hue: number];

const css = readFileSync(new URL('../app/tokens.css', import.meta.url), 'utf8');
const tokens = readTokens();

const GROUNDS = ['canvas', 'sunken', 'surface', 'raised', 'hover', 'selected'];
const PHASES = ['phase-queued', 'phase-starting', 'phase-running', 'phase-killing'];
const NEUTRAL = new Set(['requested', 'scheduling', 'scheduled', 'cancelled']);

describe.each<Theme>(['light', 'dark'])('in %s', (theme) => {
  const worst = (name: string, grounds: readonly string[]) =>
    Math.min(...grounds.map((ground) => contrast(theme, name, ground)));

  test.each(['ink', 'ink-2', 'ink-3', 'accent', ...EXECUTION_STATUSES])(
    '%s can be read on every ground',
    (name) => {
      expect(worst(name, GROUNDS)).toBeGreaterThanOrEqual(AA_TEXT);
    },
  );

  test.each(EXECUTION_STATUSES)('%s can be read on its own tint', (status) => {
    expect(
      contrast(theme, status, NEUTRAL.has(status) ? 'neutral-soft' : `${status}-soft`),
    ).toBeGreaterThanOrEqual(AA_TEXT);
  });

  test('every tint carries ink, ink-2 and the accent', () => {
    const tints = [...tokens.keys()].filter((name) => name.endsWith('-soft'));
    expect(tints.length).toBeGreaterThanOrEqual(8);
    for (const name of ['ink', 'ink-2', 'accent'])
      expect(worst(name, tints)).toBeGreaterThanOrEqual(AA_TEXT);
  });

  test('what stands on ink and on the accent can be read', () => {
    expect(contrast(theme, 'on-ink', 'ink')).toBeGreaterThanOrEqual(AA_TEXT);
    expect(contrast(theme, 'canvas', 'accent')).toBeGreaterThanOrEqual(AA_TEXT);
  });

  test.each(['control', ...PHASES])('%s is seen beside its ground', (name) => {
    expect(worst(name, ['canvas', 'surface'])).toBeGreaterThanOrEqual(AA_MARK);
  });
});

test('black on white is 21 to 1, so the arithmetic is right', () => {
  expect(ratio([0, 0, 0], [100, 0, 0])).toBeCloseTo(21, 1);
});

function readTokens(): Map<string, Readonly<Record<Theme, Oklch>>> {
  const colour = String.raw`oklch\(([\d.]+)%\s+([\d.]+)\s+([\d.]+)\)`;
  const found = css.matchAll(
    new RegExp(String.raw`--color-([\w-]+):\s*light-dark\(${colour},\s*${colour}\)`, 'g'),
  );
  const three = (values: readonly (string | undefined)[]): Oklch => [
    Number(values[0]),
    Number(values[1]),
    Number(values[2]),
  ];
  return new Map(
    [...found].map((match) => [
      match[1] ?? '',
      { light: three(match.slice(2, 5)), dark: three(match.slice(5, 8)) },
    ]),
  );
}

function contrast(theme: Theme, name: string, ground: string): number {
  const [mark, behind] = [tokens.get(name), tokens.get(ground)];
  if (mark === undefined || behind === undefined)
    throw new Error(`app/tokens.css has no colour '${mark === undefined ? name : ground}'`);
  return ratio(mark[theme], behind[theme]);
}

/** WCAG: the lighter one over the darker one. */
function ratio(one: Oklch, other: Oklch): number {
  const [a, b] = [luminance(one), luminance(other)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

/** Relative luminance of what a screen shows: clipped to sRGB and rounded to bytes. */
function luminance(colour: Oklch): number {
  const [red, green, blue] = toLinearRgb(colour).map((channel) =>
    toLinear(Math.round(toGamma(Math.min(1, Math.max(0, channel))) * 255) / 255),
  );
  return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);
}

/** The matrices of the definition of OKLab. */
function toLinearRgb([lightness, chroma, hue]: Oklch): number[] {
  const angle = (hue * Math.PI) / 180;
  const [a, b, light] = [chroma * Math.cos(angle), chroma * Math.sin(angle), lightness / 100];
  const long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const medium = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (light - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
    -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
    -0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short,
  ];
}

const toGamma = (value: number): number =>
  value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055;
const toLinear = (value: number): number =>
  value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
