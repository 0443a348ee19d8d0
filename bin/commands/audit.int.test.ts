import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chainAudit } from '#server/audit/chain.ts';
import { recordAudit } from '#server/audit/record.ts';
import { config } from '#server/config.ts';
import { sql } from '#server/db/sql.ts';
import { launch, makeDataDir, untilEnd } from '#test/launcher/run.ts';

const dir = makeDataDir();
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const verify = (...args: readonly string[]) =>
  untilEnd(
    launch('bin/cli.ts', ['audit', 'verify', ...args], {
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: process.env['HOME'] ?? '',
        NODE_ENV: 'production',
        ATTUNE_CONFIG_FILE: '/dev/null',
        ATTUNE_DATA_DIR: dir,
        DATABASE_URL: config().DATABASE_URL,
      },
    }),
  );

let place = '';

beforeAll(async () => {
  for (const ref of ['a', 'b', 'c'])
    await recordAudit(sql, {
      category: 'admin',
      eventType: 'thing.changed',
      outcome: 'success',
      actor: { id: 1, login: 'ada', kind: 'session', address: null },
      resource: { type: 'thing', ref },
    });
  await chainAudit();
});

test('says that a whole chain is whole, and what to note of it', async () => {
  const { code, output } = await verify();
  expect([code, output]).toEqual([0, expect.stringContaining('3 rows are as they were linked')]);
  place = /--expect (3:[0-9a-f]{64})/.exec(output)?.[1] ?? '';
  expect((await verify('--expect', place)).code).toBe(0);
});

test('takes no place that it did not print', async () => {
  const { code, output } = await verify('--expect', 'three');
  expect([code, output]).toEqual([1, expect.stringContaining('<place>:<64 hex digits>')]);
});

test('ends with 1 and names the first row that was changed', async () => {
  await sql.query('alter table audit_event disable trigger user');
  await sql.query(`update audit_event set actor_login = 'eve' where chain_seq = 2`);
  const { code, output } = await verify('--expect', place);
  expect(code).toBe(1);
  expect(output).toMatch(/broken at place 2 \(changed\)/);
  expect(output).toMatch(/Audit event \d+ at place 2 does not fit its hash/);
});
