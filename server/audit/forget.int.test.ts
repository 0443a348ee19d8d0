import { beforeEach, describe, expect, test } from 'vitest';
import { sql } from '#server/db/sql.ts';
import { auditRecord, chainAll, emptyAudit, tamper } from '#test/audit.ts';
import { chainAudit } from './chain.ts';
import { forgetAudit } from './forget.ts';
import { recordAudit, recordAudits } from './record.ts';
import { verifyAudit } from './verify.ts';

beforeEach(emptyAudit);

describe('retention', () => {
  /** Ten linked rows, of which the first ones are old. */
  const oldRows = async (count: number) => {
    await recordAudits(
      sql,
      Array.from({ length: 10 }, (_, n) => auditRecord(`t${n}`)),
    );
    await tamper(
      `update audit_event set created = created - interval '400 days' where id in (select id from audit_event order by id limit ${count})`,
    );
    await chainAll();
  };

  test('deletes from the beginning and leaves a chain that holds', async () => {
    await oldRows(6);
    expect(await forgetAudit(365, 4)).toBe(4);
    expect(await forgetAudit(365, 4)).toBe(2);
    expect(await forgetAudit(365, 4)).toBe(0);
    await chainAll();
    expect(await verifyAudit()).toMatchObject({
      broken: null,
      verified: 4 + 2,
      anchor: { seq: 6 },
      head: { seq: 12 },
    });
  });

  test('leaves no hole: an old row that was linked after a young one waits', async () => {
    await oldRows(0);
    await recordAudit(sql, auditRecord('old'));
    await tamper(
      `update audit_event set created = created - interval '400 days' where resource_ref = 'old'`,
    );
    await chainAll();
    expect(await forgetAudit(365, 100)).toBe(0);
    expect((await verifyAudit()).broken).toBeNull();
  });

  test('of everything leaves an end to go on from', async () => {
    await oldRows(10);
    expect(await forgetAudit(365, 100)).toBe(10);
    await chainAll();
    expect(await verifyAudit()).toMatchObject({ broken: null, verified: 1, head: { seq: 11 } });
  });

  test('that did not happen is told from one that did', async () => {
    await oldRows(6);
    await forgetAudit(365, 4);
    await chainAll();
    await tamper(
      `update audit_chain set anchor_seq = 6, anchor_hash = (select hash from audit_event where chain_seq = 6);
       delete from audit_event where chain_seq <= 6`,
    );
    expect((await verifyAudit()).broken).toMatchObject({ seq: 6, kind: 'deleted' });
  });

  test('while rows are written and linked breaks nothing', async () => {
    await oldRows(10);
    await Promise.all([
      ...Array.from({ length: 30 }, (_, n) => recordAudit(sql, auditRecord(`n${n}`))),
      ...Array.from({ length: 30 }, () => chainAudit(3)),
      ...Array.from({ length: 10 }, () => forgetAudit(365, 1)),
    ]);
    await chainAll();
    expect((await verifyAudit()).broken).toBeNull();
  });
});
