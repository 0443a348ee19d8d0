import { beforeEach, describe, expect, test } from 'vitest';
import { sql } from '#server/db/sql.ts';
import {
  auditIdAt,
  auditRecord,
  chainAll,
  emptyAudit,
  tamper,
  tenLinkedRows,
} from '#test/audit.ts';
import { CANONICAL, linkHash } from './canonical.ts';
import { chainAudit } from './chain.ts';
import { recordAudit } from './record.ts';
import { verifyAudit } from './verify.ts';

beforeEach(emptyAudit);

describe('verification names the first row', () => {
  const column = (name: string, value: string) =>
    `update audit_event set ${name} = ${value} where chain_seq = 4`;

  test.each([
    ['category', `'auth'`],
    ['event_type', `'thing.kept'`],
    ['outcome', `'denied'`],
    ['actor_identity', '2'],
    ['actor_login', `'eve'`],
    ['actor_token_type', 'null'],
    ['actor_token_id', '7'],
    ['actor_ip', `'10.0.0.2'`],
    ['resource_type', `'other'`],
    ['resource_id', '9'],
    ['resource_ref', `'other'`],
    ['request_id', `'r'`],
    ['http_method', `'GET'`],
    ['http_path', `'/x'`],
    ['http_status', '200'],
    ['count', '2'],
    ['created', `created + interval '1 microsecond'`],
    ['details', `details || '{"n": 99}'`],
    ['details', `details - 'nothing'`],
    ['details', 'null'],
    ['id', 'id + 1000'],
    ['hash', `decode(repeat('ab', 32), 'hex')`],
  ])('whose %s was changed to %s', async (name, value) => {
    await tenLinkedRows();
    await tamper(column(name, value));
    const { broken, verified } = await verifyAudit();
    expect(broken).toMatchObject({ seq: 4, id: await auditIdAt(4), kind: 'changed' });
    expect(verified).toBe(3);
  });

  test.each(['8', 'null'])('whose API token was changed to %s', async (value) => {
    const { actor, ...record } = auditRecord('a');
    await recordAudit(sql, { ...record, actor: { ...actor, kind: 'api_token', tokenId: 7 } });
    await chainAll();
    expect((await verifyAudit()).broken).toBeNull();

    await tamper(`update audit_event set actor_token_id = ${value}`);

    expect((await verifyAudit()).broken).toMatchObject({ seq: 1, kind: 'changed' });
  });

  test('that was deleted in the middle, or several', async () => {
    await tenLinkedRows();
    await tamper('delete from audit_event where chain_seq in (4, 5)');
    expect((await verifyAudit()).broken).toMatchObject({
      seq: 4,
      id: null,
      kind: 'deleted',
      sentence: expect.stringContaining('Place 4 to 5 are empty'),
    });
  });

  test('that was deleted at the beginning or at the end', async () => {
    await tenLinkedRows();
    await tamper('delete from audit_event where chain_seq = 10');
    expect((await verifyAudit()).broken).toMatchObject({ seq: 10, kind: 'end' });
    await tamper('delete from audit_event where chain_seq = 1');
    expect((await verifyAudit()).broken).toMatchObject({ seq: 1, kind: 'deleted' });
  });

  test('after which one was deleted and the places closed up', async () => {
    await tenLinkedRows();
    const next = await auditIdAt(5);
    await tamper(
      `delete from audit_event where chain_seq = 4;
       update audit_event set chain_seq = -chain_seq where chain_seq > 4;
       update audit_event set chain_seq = -chain_seq - 1 where chain_seq < 0;
       update audit_chain set head_seq = 9`,
    );
    expect((await verifyAudit()).broken).toMatchObject({ seq: 4, id: next, kind: 'deleted' });
  });

  test('that was put in, also with a hash of its own that fits', async () => {
    await tenLinkedRows();
    await tamper(
      `update audit_event set chain_seq = -chain_seq where chain_seq > 4;
       update audit_event set chain_seq = -chain_seq + 1 where chain_seq < 0`,
    );
    const [before] = await sql.query<{ hash: string }>(
      `select encode(hash, 'hex') as hash from audit_event where chain_seq = 4`,
    );
    const hash = before?.hash ?? '';
    await recordAudit(sql, auditRecord('put in'));
    const [row] = await sql.query<{ id: number; canonical: string }>(
      `select id, ${CANONICAL} as canonical from audit_event where chain_seq is null`,
    );
    await tamper(
      `update audit_event set chain_seq = 5, prev_hash = decode('${hash}', 'hex'),
              hash = decode('${linkHash(hash, row?.canonical ?? '')}', 'hex') where chain_seq is null`,
    );
    expect((await verifyAudit()).broken).toMatchObject({ seq: 5, id: row?.id, kind: 'inserted' });
  });

  test('that changed places with another', async () => {
    await tenLinkedRows();
    const moved = await auditIdAt(6);
    await tamper(
      `update audit_event set chain_seq = -1 where chain_seq = 4;
       update audit_event set chain_seq = 4 where chain_seq = 6;
       update audit_event set chain_seq = 6 where chain_seq = -1`,
    );
    expect((await verifyAudit()).broken).toMatchObject({ seq: 4, id: moved, kind: 'reordered' });
  });

  test('that was written anew together with all after it, when a place was noted outside', async () => {
    await tenLinkedRows();
    const { head } = await verifyAudit();
    await tamper(
      `update audit_event set actor_login = 'eve' where chain_seq = 4;
       update audit_event set chain_seq = null, hash = null, prev_hash = null;
       update audit_chain set head_seq = 0, head_hash = decode(repeat('00', 32), 'hex')`,
    );
    await chainAll();
    expect((await verifyAudit()).broken).toBeNull();
    expect((await verifyAudit([head])).broken).toMatchObject({ seq: 10, kind: 'changed' });
  });
});

test('a row that tells no API token is hashed as before that was told, so that older chains stay whole', async () => {
  await tenLinkedRows();
  const rows = await sql.query<{ prev: string; hash: string; text: string }>(
    `select encode(prev_hash, 'hex') as prev, encode(hash, 'hex') as hash,
       row(id, (extract(epoch from created) * 1000000)::bigint, category, event_type, outcome, actor_identity, actor_login,
         actor_token_type, actor_ip, request_id, http_method, http_path, http_status, resource_type, resource_id,
         resource_ref, count, details)::text as text
     from audit_event order by chain_seq`,
  );

  expect(rows).toHaveLength(10);
  for (const { prev, hash, text } of rows) expect(linkHash(prev, text)).toBe(hash);
});

const isDeep = process.env['ATTUNE_TEST_DEEP'] !== undefined;
const ROWS = isDeep ? 1_000_000 : 20_000;

test(
  `${ROWS} rows are verified in less than ${isDeep ? 30 : 3} s`,
  { timeout: 900_000 },
  async () => {
    for (let from = 1; from <= ROWS; from += 20_000) {
      await sql.query(
        `insert into audit_event (category, event_type, outcome, actor_identity, actor_login, actor_token_type, actor_ip,
                                request_id, resource_type, resource_id, resource_ref, details)
       select 'execution', 'execution.created', 'success', n % 50, 'user' || n % 50, 'access', '10.0.0.1',
              gen_random_uuid(), 'execution', n, 'core.echo', jsonb_build_object('n', n, 'reason', repeat('x', 40))
       from generate_series($1::int, $1::int + 19999) n`,
        [from],
      );
    }
    await sql.query('analyze audit_event');
    const from = Date.now();
    while ((await chainAudit(5_000)) > 0);
    const linked = Date.now();
    const report = await verifyAudit();
    const seconds = (Date.now() - linked) / 1_000;
    process.stdout.write(
      `${ROWS} rows: linked in ${(linked - from) / 1_000} s, verified in ${seconds} s\n`,
    );
    expect(report).toMatchObject({ broken: null, verified: ROWS });
    expect(seconds).toBeLessThan(isDeep ? 30 : 3);
  },
);
