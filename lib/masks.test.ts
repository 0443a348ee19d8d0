import { expect, test } from 'vitest';
import { maskText } from './domain/masking/masker.ts';
import { splitMasks } from './masks.ts';

test('what the masker writes is found again, with its name', () => {
  expect(splitMasks(`a${maskText('pack.deploy.token')}${maskText('b')}c`)).toEqual([
    { kind: 'text', text: 'a' },
    { kind: 'mask', name: 'pack.deploy.token' },
    { kind: 'mask', name: 'b' },
    { kind: 'text', text: 'c' },
  ]);
});

test('text without a mask stays whole', () => {
  expect(splitMasks('[masked:] [masked: ')).toEqual([
    { kind: 'text', text: '[masked:] [masked: ' },
  ]);
  expect(splitMasks('')).toEqual([]);
});
