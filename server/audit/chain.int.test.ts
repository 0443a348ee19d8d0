import { setTimeout as delay } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { inTransaction, sql } from '#server/db/sql.ts';
import { auditRecord, chainAll, emptyAudit, tenLinkedRows } from '#test/audit.ts';
import { chainAudit } from './chain.ts';
import { recordAudit } from './record.ts';
import { verifyAudit } from './verify.ts';

beforeEach(emptyAudit);

describe('the chainer', () => {
  test('links rows in the order in which they were committed, also one whose id was given earlier', async () => {
    const mayCommit = Promise.withResolvers<void>();
    const isWritten = Promise.withResolvers<void>();
    const slow = inTransaction(async (tx) => {
      await recordAudit(tx, auditRecord('slow'));
      isWritten.resolve();
      await mayCommit.promise;
    });
    await isWritten.promise;
    await recordAudit(sql, auditRecord('quick'));

    expect(await chainAll()).toBe(1);
    mayCommit.resolve();
    await slow;
    expect(await chainAll()).toBe(1);

    const rows = await sql.query<{ resource_ref: string; id: number }>(
      'select resource_ref, id from audit_event order by chain_seq',
    );
    expect(rows.map(({ resource_ref: ref }) => ref)).toEqual(['quick', 'slow']);
    expect(rows[0]?.id).toBeGreaterThan(rows[1]?.id ?? 0);
    expect(await verifyAudit()).toMatchObject({ broken: null, verified: 2 });
  });

  test('links every row exactly once, while many write, many roll back and four link', async () => {
    const done = new AbortController();
    const linkers = Array.from({ length: 4 }, async () => {
      while (!done.signal.aborted) if ((await chainAudit(7)) === 0) await delay(1);
    });
    const writers = Array.from({ length: 12 }, async (_, writer) => {
      for (let n = 0; n < 25; n++) {
        await inTransaction(async (tx) => {
          await recordAudit(tx, auditRecord(`w${writer}.${n}`));
          if (n % 5 === 4) throw new Error('rolled back');
        }).catch(() => undefined);
      }
    });
    await Promise.all(writers);
    await expect.poll(async () => (await verifyAudit()).unchained, { interval: 20 }).toBe(0);
    done.abort();
    await Promise.all(linkers);
    expect(await verifyAudit()).toMatchObject({
      broken: null,
      verified: 12 * 20,
      head: { seq: 12 * 20 },
    });
  });

  test('is one at a time: whoever comes second does nothing and waits for nobody', async () => {
    await recordAudit(sql, auditRecord('a'));
    await inTransaction(async (tx) => {
      await tx.query('select from audit_chain for update');
      expect(await chainAudit()).toBe(0);
      // And no request waits either.
      await recordAudit(sql, auditRecord('b'));
    });
    expect(await chainAudit()).toBe(2);
  });

  test('keeps the chain that exists when it goes on', async () => {
    await tenLinkedRows();
    const before = await verifyAudit();
    await recordAudit(sql, auditRecord('later'));
    await chainAll();
    expect(await verifyAudit([before.head])).toMatchObject({ broken: null, verified: 11 });
  });
});

describe('the database refuses', () => {
  test.each([
    ['a change of a linked row', `update audit_event set actor_login = 'eve' where chain_seq = 3`],
    ['to link a row anew', `update audit_event set hash = '\\x00' where chain_seq = 3`],
    ['to unlink a row', `update audit_event set chain_seq = null, hash = null, prev_hash = null`],
    ['to delete a row that is kept', `delete from audit_event where chain_seq = 1`],
  ])('%s', async (_, statement) => {
    await tenLinkedRows();
    await expect(sql.query(statement)).rejects.toMatchObject({ code: '23514' });
  });

  test('a change of a row that is not linked yet, and to delete it', async () => {
    await recordAudit(sql, auditRecord('new'));
    for (const statement of [
      `update audit_event set actor_login = 'eve'`,
      `update audit_event set actor_login = 'eve', chain_seq = 1, hash = '\\x00', prev_hash = '\\x00'`,
      'delete from audit_event',
    ])
      await expect(sql.query(statement)).rejects.toMatchObject({ code: '23514' });
  });
});
