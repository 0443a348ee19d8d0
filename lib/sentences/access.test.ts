import { expect, test } from 'vitest';
import { accessRequest } from './access.ts';

test('a request says who needs what, where, the least that would do and who can give it', () => {
  const request = {
    login: 'ann',
    permission: 'executions:read',
    purpose: 'see this run',
    url: 'http://a:1/executions/17',
  };
  expect(accessRequest({ ...request, set: 'core.viewer' })).toBe(
    [
      '“ann” needs the permission executions:read to see this run: http://a:1/executions/17',
      'The smallest permission set that holds it is core.viewer.',
      'Under Identities, whoever holds permissions:manage can give it.',
    ].join('\n'),
  );
  expect(accessRequest({ ...request, set: null })).not.toContain('smallest');
});
