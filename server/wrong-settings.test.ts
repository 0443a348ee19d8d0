import { describe, expect, test } from 'vitest';
import { SETTINGS } from './config.ts';
import { describeWrongSettings } from './wrong-settings.ts';

const GOOD = {
  DATABASE_URL: 'postgresql://localhost/attune',
  ATTUNE_SESSION_SECRET: 'x'.repeat(32),
  ATTUNE_ENCRYPTION_KEY: 'y'.repeat(32),
};

function sentencesFor(more: Record<string, string>): string[] {
  const given = { ...GOOD, ...more };
  const { error } = SETTINGS.safeParse(given);
  return error === undefined ? [] : describeWrongSettings(error, given);
}

describe('describeWrongSettings', () => {
  test('names the setting, its value and what it takes', () => {
    expect(sentencesFor({ PORT: 'abc' })).toEqual([
      'PORT=abc does not fit; it takes a whole number from 0 to 65535.',
    ]);
  });

  test('says one sentence for each of several', () => {
    expect(sentencesFor({ PORT: '70000', ATTUNE_API_URL: 'here', LOG_LEVEL: 'loud' })).toEqual([
      'PORT=70000 does not fit; it takes a whole number from 0 to 65535.',
      'ATTUNE_API_URL=here does not fit; it takes an address such as https://attune.example.',
      'LOG_LEVEL=loud does not fit; it takes debug, info, warn, error or silent.',
    ]);
  });

  test('never shows a secret', () => {
    const sentences = sentencesFor({ ATTUNE_SESSION_SECRET: 'hunter2', ATTUNE_ENCRYPTION_KEY: '' });
    expect(sentences).toHaveLength(2);
    expect(sentences[0]).toMatch(/^ATTUNE_SESSION_SECRET does not fit; it takes at least 32/);
    expect(sentences[1]).toMatch(/^ATTUNE_ENCRYPTION_KEY is not set; it takes at least 32/);
  });

  test('knows what every setting takes that refuses a value', () => {
    const names = Object.keys(SETTINGS.shape);
    const wrong = Object.fromEntries(names.map((name) => [name, '\u0000!']));
    const sentences = sentencesFor(wrong);
    expect(sentences.length).toBeGreaterThan(15);
    expect(sentences.filter((sentence) => sentence.includes('another value'))).toEqual([]);
  });
});
