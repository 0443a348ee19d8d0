import { expect, test } from 'vitest';
import { createMasker } from './index.ts';
import { tokenSecrets } from './token-secrets.ts';

const token = `${'h'.repeat(90)}.${'abcdefghij'.repeat(40)}.${'SIGNATUREx'.repeat(8)}`;
const masker = createMasker(tokenSecrets('execution token', token));

test('a token is masked once, under its name', () => {
  expect(masker.text(`token=${token};`)).toBe('token=[masked: execution token];');
});

test.each([
  ['its payload', token.split('.')[1] ?? ''],
  ['its signature', token.split('.')[2] ?? ''],
  ['its first 300 characters', token.slice(0, 300)],
  ['an excerpt from anywhere', token.slice(133, 260)],
])('%s is masked but for less than a piece at its ends', (_, excerpt) => {
  const left = masker.text(excerpt).replaceAll('[masked: execution token]', '');
  expect(left.length).toBeLessThan(96);
  expect(masker.text(excerpt)).toContain('[masked: execution token]');
});
