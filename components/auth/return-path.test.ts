import { describe, expect, test } from 'vitest';
import { returnPath } from './return-path.ts';

describe('returnPath', () => {
  test('keeps a path of ours, with its query and fragment', () => {
    expect(returnPath('/executions?status=failed#L14')).toBe('/executions?status=failed#L14');
  });

  test.each([
    'https://evil.test/',
    '//evil.test',
    '/\\evil.test',
    '/\t/evil.test',
    '/..//evil.test',
    'javascript:alert(1)',
    'evil',
    '',
    undefined,
  ])('never leads to another origin: %j', (wanted) => {
    const path = returnPath(wanted);
    expect(new URL(path, 'http://ours.test').origin).toBe('http://ours.test');
    expect(path.startsWith('//')).toBe(false);
  });

  test('does not lead back to the login', () => {
    expect(returnPath('/login?next=/login')).toBe('/');
  });
});
