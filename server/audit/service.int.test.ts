import { beforeAll, describe, expect, test } from 'vitest';
import { AuditEvent, AuditEventSummary, AuditFilter } from '#lib/contracts/audit.ts';
import { sql } from '#server/db/sql.ts';
import { userWho } from '#test/actors.ts';
import { chainAudit } from './chain.ts';
import { type AuditRecord, recordAudits } from './record.ts';
import { exportAuditEvents } from './export.ts';
import {
  getAuditChain,
  getAuditEvent,
  listAuditEvents,
  listAuditEventsByRequest,
} from './service.ts';

const reader = userWho('audit_log:read');
const record = (n: number, more: Partial<AuditRecord> = {}): AuditRecord => ({
  category: 'admin',
  eventType: 'rule.updated',
  outcome: 'success',
  actor: { id: 1, login: 'ada', kind: 'session', address: '10.0.0.1' },
  resource: { type: 'rule', id: n, ref: `web.rule_${n}` },
  requestId: `request-${n}`,
  ...more,
});

const list = async (query: Record<string, string>): Promise<string[]> =>
  (await listAuditEvents(reader, AuditFilter.parse(query))).items.map(
    ({ resource_ref: ref }) => ref ?? '',
  );

beforeAll(async () => {
  await recordAudits(sql, [
    record(1),
    record(2, {
      eventType: 'key.disclosed',
      category: 'secret',
      actor: { id: 1, login: 'ada', kind: 'api_token', tokenId: 7, address: null },
    }),
    record(3, {
      outcome: 'denied',
      http: { method: 'PUT', route: '/api/v1/rules/{ref}', status: 403 },
    }),
    record(4, { actor: { id: 2, login: 'Bob%', kind: 'execution', address: '10.0.0.9' } }),
    record(5, {
      requestId: 'request-1',
      details: { password: 'hunter2hunter2', changed: ['label'] },
    }),
  ]);
  await chainAudit(4);
  await sql.query('alter table audit_event disable trigger user');
  await sql.query(
    `update audit_event set created = '2020-01-01T00:00:00Z' where resource_ref = 'web.rule_1'`,
  );
  await sql.query('alter table audit_event enable trigger user');
});

describe('the list is narrowed by', () => {
  test.each([
    [{}, [5, 4, 3, 2, 1]],
    [{ category: 'secret' }, [2]],
    [{ event_type: 'key.disclosed' }, [2]],
    [{ event_type: 'key.*' }, [2]],
    [{ event_type: 'rule.upd_*' }, []],
    [{ outcome: 'denied' }, [3]],
    [{ actor_login: 'Bob%' }, [4]],
    [{ actor_identity: '2' }, [4]],
    [{ actor_token_type: 'execution' }, [4]],
    [{ actor_token_id: '7' }, [2]],
    [{ actor_token_id: '8' }, []],
    [{ actor_ip: '10.0.0.9' }, [4]],
    [{ resource_type: 'rule', resource_id: '2' }, [2]],
    [{ resource_ref: 'web.rule_3' }, [3]],
    [{ request_id: 'request-1' }, [5, 1]],
    [{ http_status: '403', http_method: 'PUT', http_path: '/api/v1/rules/{ref}' }, [3]],
    [{ created_before: '2021-01-01T00:00:00+00:00' }, [1]],
    [{ created_after: '2021-01-01T00:00:00Z' }, [5, 4, 3, 2]],
    [{ processes: 'false' }, [5, 3, 2, 1]],
    [{ chained: 'true' }, [4, 3, 2, 1]],
    [{ chained: 'false' }, [5]],
    [{ q: 'DISCLOSED' }, [2]],
    [{ q: 'rules/{' }, [3]],
    [{ q: 'b%' }, [4]],
    [{ q: 'rule_5' }, [5]],
    [{ q: '_ule' }, []],
    [{ q: 'ada', outcome: 'denied' }, [3]],
  ])('%o', async (query, expected) => {
    expect(await list(query)).toEqual(expected.map((n) => `web.rule_${n}`));
  });
});

test('a page goes on from its cursor, and none is shown twice', async () => {
  const seen: string[] = [];
  let cursor: string | null | undefined;
  do {
    const page = await listAuditEvents(
      reader,
      AuditFilter.parse({ limit: '2', ...(cursor && { cursor }) }),
    );
    seen.push(...page.items.map(({ resource_ref: ref }) => ref ?? ''));
    cursor = page.pagination.next_cursor;
  } while (cursor !== null && cursor !== undefined);
  expect(seen).toEqual([5, 4, 3, 2, 1].map((n) => `web.rule_${n}`));
});

test('one event tells its place in the chain, and nothing secret', async () => {
  const [newest, linked] = (await listAuditEvents(reader, AuditFilter.parse({}))).items;
  const event = await getAuditEvent(reader, newest?.id ?? 0);
  expect(AuditEvent.parse(event)).toMatchObject({
    chained: false,
    chain_seq: null,
    hash: null,
    details: { password: '[redacted]', changed: ['label'] },
  });
  expect(await getAuditEvent(reader, linked?.id ?? 0)).toMatchObject({
    chained: true,
    chain_seq: 4,
    prev_hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    hash: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  expect(AuditEventSummary.parse(newest)).toMatchObject({ count: 1, chained: false });
});

test('how far the chain has come is told with what waits to be linked', async () => {
  const chain = await getAuditChain(reader);
  expect(chain).toMatchObject({ head_seq: 4, anchor_seq: 0, unchained: 1 });
  expect(chain.head_hash).toMatch(/^[0-9a-f]{64}$/);
  expect(chain.oldest_unchained).not.toBeNull();
});

test('an export holds every row that fits, with its details and its hash', async () => {
  const text = await exportAuditEvents(reader, AuditFilter.parse({ q: 'web.rule' })).text();
  const [head, ...lines] = text.trimEnd().split('\r\n');
  expect(head?.split(',').slice(0, 2)).toEqual(['id', 'created']);
  expect(lines.map((line) => /web\.rule_(\d)/.exec(line)?.[1])).toEqual(['5', '4', '3', '2', '1']);
  expect(lines[0]).toContain('[redacted]');
  expect(text).not.toContain('hunter2');
});

test('an export of more rows than one batch holds each of them once', async () => {
  await recordAudits(
    sql,
    Array.from({ length: 2_500 }, (_, n) =>
      record(n, { eventType: 'sensor.many', requestId: 'many' }),
    ),
  );
  const text = await exportAuditEvents(
    reader,
    AuditFilter.parse({ event_type: 'sensor.many' }),
  ).text();
  const ids = text
    .trimEnd()
    .split('\r\n')
    .slice(1)
    .map((line) => line.split(',')[0]);
  expect(ids).toHaveLength(2_500);
  expect(new Set(ids).size).toBe(2_500);
});

test('is for those who may read it', async () => {
  const nobody = userWho('rules:read');
  const refusal = { code: 'FORBIDDEN' };
  expect(() => exportAuditEvents(nobody, AuditFilter.parse({}))).toThrow(
    expect.objectContaining(refusal),
  );
  await expect(getAuditChain(nobody)).rejects.toMatchObject(refusal);
  await expect(listAuditEvents(nobody, AuditFilter.parse({}))).rejects.toMatchObject(refusal);
  await expect(getAuditEvent(nobody, 1)).rejects.toMatchObject(refusal);
  await expect(listAuditEventsByRequest(nobody, 'request-1')).rejects.toMatchObject(refusal);
  expect(await listAuditEventsByRequest(reader, 'request-1')).toHaveLength(2);
});

test('the acts of a run are those done to it, and those that it did with its own tokens', async () => {
  const login = 'execution:77';
  await recordAudits(sql, [
    record(71, { resource: { type: 'execution', id: 77, ref: 'web.rule_71' } }),
    record(72, { actor: { id: 2, login, kind: 'execution', address: '10.0.0.9' } }),
    // Whoever is called so is no run, and another run is another.
    record(73, { actor: { id: 2, login, kind: 'access', address: '10.0.0.9' } }),
    record(74, { resource: { type: 'execution', id: 7, ref: 'web.rule_74' } }),
    record(75, { resource: { type: 'rule', id: 77, ref: 'web.rule_75' } }),
  ]);
  expect(await list({ execution: '77' })).toEqual(['web.rule_72', 'web.rule_71']);
  expect(await list({ execution: '77', q: 'E_71' })).toEqual(['web.rule_71']);
});
