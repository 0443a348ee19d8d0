import { expect, test } from 'vitest';
import { mintAccessToken } from '#server/auth/access-token.ts';
import { sql } from '#server/db/sql.ts';
import { anIdentity, grant } from '#test/identities.ts';
import { callRoute, operationCalled } from './routes.ts';

/** Ten seconds between two looks at the token, and what the look takes. */
const END_MS_MAX = 12_000;

test('a stream ends within ten seconds of the freezing of its reader', async () => {
  const login = crypto.randomUUID();
  const id = await anIdentity({ login, grants: [grant('executions', ['read'])] });
  const token = await mintAccessToken({ id, login, session_epoch: 0 });
  const response = await callRoute(operationCalled('streamExecutions'), {
    authorization: `Bearer ${token}`,
  });
  expect(response.status).toBe(200);

  await sql.query('update identity set frozen = true where id = $1', [id]);
  const from = performance.now();
  expect(await response.text()).not.toContain('still here');
  expect(performance.now() - from).toBeLessThan(END_MS_MAX);
}, 20_000);
