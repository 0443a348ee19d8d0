import { expect, test } from 'vitest';
import { malformedPath } from './malformed-path.ts';

test.each(['/api/v1/rules/%ff', '/api/v1/rules/%', '/api/v1/rules/a%2', '/nope/%E0%A4%A'])(
  'the path %s is refused with an error like all others',
  async (path) => {
    const response = malformedPath(new Request(`http://localhost${path}`));
    expect(response?.status).toBe(400);
    expect(await response?.json()).toEqual({
      error: expect.stringContaining('%25'),
      code: 'BAD_REQUEST',
      request_id: response?.headers.get('x-request-id'),
    });
  },
);

test.each(['/api/v1/rules/core.hourly', '/api/v1/keys/a%20b', '/%E2%82%AC?q=%ff'])(
  'the path %s passes',
  (path) => expect(malformedPath(new Request(`http://localhost${path}`))).toBeNull(),
);
