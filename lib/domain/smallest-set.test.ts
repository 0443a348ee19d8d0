import { expect, test } from 'vitest';
import { smallestSetWith } from './smallest-set.ts';

test('the least that holds a permission is named, and nothing where no set holds it', () => {
  expect(smallestSetWith('executions:read')).toBe('core.viewer');
  expect(smallestSetWith('actions:execute')).toBe('core.executor');
  expect(smallestSetWith('permissions:manage')).toBe('core.admin');
  expect(smallestSetWith('more permissions')).toBeNull();
});
