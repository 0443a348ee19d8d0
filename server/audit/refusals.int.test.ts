import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { withRequestId } from '#server/http/request-context.ts';
import { sql } from '#server/db/sql.ts';
import { userWho } from '#test/actors.ts';
import { emptyAudit } from '#test/audit.ts';
import { aRun } from '#test/process-actors.ts';
import { chainAudit } from './chain.ts';
import { flushRefusals, noteRefusal, type Refusal } from './refusals.ts';
import { recordTokenUse } from './token-use.ts';
import { verifyAudit } from './verify.ts';

const refusal = (given: Partial<Refusal> = {}): Refusal => ({
  actor: null,
  address: null,
  method: 'POST',
  route: '/api/v1/rules',
  status: 401,
  reason: 'UNAUTHORIZED',
  ...given,
});

interface Row {
  readonly event_type: string;
  readonly outcome: string;
  readonly actor_login: string | null;
  readonly actor_ip: string | null;
  readonly request_id: string | null;
  readonly http_method: string;
  readonly http_path: string;
  readonly http_status: number;
  readonly count: number;
  readonly details: Record<string, unknown>;
  readonly chain_seq: number | null;
}
const rows = (): Promise<Row[]> => sql.query<Row>('select * from audit_event order by id');

/** The minute of all that was counted is over. */
async function passMinute(): Promise<void> {
  await flushRefusals();
  await sql.query(`update audit_refusal set minute = minute - interval '2 minutes'`);
  await chainAudit();
}

beforeEach(async () => {
  await flushRefusals();
  await emptyAudit();
});

describe('calls that are refused without an identity', () => {
  test('are one row for a minute, an address, a route and a reason, with their number, and linked', async () => {
    for (let n = 0; n < 700; n++) noteRefusal(refusal({ address: '10.0.0.1' }));
    await flushRefusals();
    for (let n = 0; n < 300; n++) noteRefusal(refusal({ address: '10.0.0.1' }));
    noteRefusal(refusal({ address: '10.0.0.2' }));
    noteRefusal(refusal({ address: '10.0.0.1', route: '/api/v1/keys' }));
    await passMinute();

    expect(
      (await rows()).map(({ actor_ip: ip, http_path: path, count }) => [ip, path, count]),
    ).toEqual(
      expect.arrayContaining([
        ['10.0.0.1', '/api/v1/rules', 1_000],
        ['10.0.0.2', '/api/v1/rules', 1],
        ['10.0.0.1', '/api/v1/keys', 1],
      ]),
    );
    expect(await verifyAudit()).toMatchObject({ broken: null, verified: 3, unchained: 0 });
  });

  test('are not in the audit before their minute is over, and then exactly once', async () => {
    noteRefusal(refusal());
    await flushRefusals();
    await chainAudit();
    expect(await rows()).toEqual([]);
    await passMinute();
    await chainAudit();
    expect(await rows()).toMatchObject([
      { event_type: 'api.refused', outcome: 'denied', http_status: 401, count: 1 },
    ]);
  });

  test('hold no token that stood in an address', async () => {
    noteRefusal(refusal({ address: `eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.x` }));
    await passMinute();
    expect((await rows())[0]?.actor_ip).toBe('[redacted]');
  });

  test('from a crowd of addresses are a bounded number of rows, and none is lost', async () => {
    for (let round = 0; round < 4; round++) {
      for (let n = 0; n < 2_000; n++)
        noteRefusal(refusal({ address: `10.${round}.${n >> 8}.${n & 255}` }));
      await flushRefusals();
    }
    await passMinute();
    const all = await rows();
    expect(all.length).toBeLessThan(1_100); // 500 kinds, twice when the test runs over a minute's end
    expect(all.reduce((sum, { count }) => sum + count, 0)).toBe(8_000);
  });

  test('of two processes at once are added up', async () => {
    const { countRefusals } = await import('./refusal-tally.ts');
    const counts = ['a', 'b', 'c'].map((address) => ({
      ...refusal({ address }),
      login: null,
      count: 1,
    }));
    await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        countRefusals(sql, n % 2 === 0 ? counts : counts.toReversed()),
      ),
    );
    await passMinute();
    const all = await rows();
    expect(all.reduce((sum, { count }) => sum + count, 0)).toBe(120);
    expect(all.length).toBeLessThanOrEqual(6);
  });
});

describe('calls that are refused to somebody known', () => {
  test('are rows with who it was and which request', async () => {
    const id = randomUUID();
    withRequestId(id, () =>
      noteRefusal(refusal({ actor: userWho('rules:read'), status: 403, reason: 'FORBIDDEN' })),
    );
    await flushRefusals();
    expect(await rows()).toMatchObject([
      {
        event_type: 'api.refused',
        outcome: 'denied',
        actor_login: 'ada',
        request_id: id,
        http_path: '/api/v1/rules',
        http_status: 403,
        details: { reason: 'FORBIDDEN' },
      },
    ]);
  });

  test('are counted under their name once they are many', async () => {
    const actor = { ...userWho(), login: `busy-${randomUUID()}` };
    for (let n = 0; n < 500; n++) noteRefusal(refusal({ actor, status: 403 }));
    await passMinute();
    const all = await rows();
    expect(all.length).toBeLessThanOrEqual(62); // 30 and the count, twice over a minute's end
    expect(new Set(all.map(({ actor_login: login }) => login))).toEqual(new Set([actor.login]));
    expect(all.reduce((sum, { count }) => sum + count, 0)).toBe(500);
  });
});

test('what the token of a run was used for is one row for each kind of call, with its number', async () => {
  const { jti } = await aRun('p', { actionRef: 'p.act' });
  await sql.query(`update token set action_ref = 'p.act' where jti = $1`, [jti]);
  const use = (status: number, reason: string | null) => ({
    jti,
    at: new Date(),
    method: 'GET',
    route: '/api/v1/keys/{ref}',
    status,
    reason,
    address: null,
  });
  await recordTokenUse(sql, [
    use(200, null),
    use(200, null),
    use(404, 'NOT_FOUND'),
    use(401, 'execution_ended'),
  ]);
  const all = await rows();
  expect(all.map((row) => [row.http_status, row.outcome, row.count, row.actor_login])).toEqual(
    expect.arrayContaining([
      [200, 'success', 2, 'execution:1'],
      [401, 'denied', 1, 'execution:1'],
      [404, 'denied', 1, 'execution:1'],
    ]),
  );
  expect(all).toHaveLength(3);
  expect(all[0]?.details).toMatchObject({ jti });
});
