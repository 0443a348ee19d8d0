import { describe, expect, test } from 'vitest';
import { sql } from '#server/db/sql.ts';
import { takeSensor } from '#server/sensors/process-repository.ts';
import { userWho } from '#test/actors.ts';
import { claimAs } from '#test/attempts.ts';
import { aWorker } from '#test/catalogue.ts';
import { ask, bells } from '#test/executions.ts';
import { aSensor } from '#test/sensors.ts';
import { cordonWorker, uncordonWorker } from './cordon.ts';

const operator = userWho('workers:manage');

describe('a cordoned worker', () => {
  test('that has heard a bell claims nothing, and the bell rings again for somebody else', async () => {
    const [cordoned, other] = [await aWorker(), await aWorker()];
    const id = await ask();
    await cordonWorker(operator, cordoned, 'tired');
    await sql.query('delete from pgboss.job');

    expect(await claimAs(cordoned, id)).toEqual([]);

    expect(await bells(id)).toHaveLength(1);
    expect(await claimAs(other, id)).toHaveLength(1);
  });

  test('has claimed before its cordon committed, or claims nothing', async () => {
    for (let round = 0; round < 10; round++) {
      const worker = await aWorker();
      const ids = await Promise.all(Array.from({ length: 4 }, () => ask()));
      const [, ...claims] = await Promise.all([
        cordonWorker(operator, worker, null),
        ...ids.map((id) => claimAs(worker, id)),
      ]);
      const claimed = claims.flat().map(({ execution_id: id }) => id);

      for (const id of ids.filter((each) => !claimed.includes(each)))
        expect(await claimAs(worker, id)).toEqual([]);
    }
  });

  test('takes no sensor', async () => {
    const sensor = await aSensor();
    const worker = await aWorker();
    await cordonWorker(operator, worker, null);

    expect(await takeSensor(sensor.id, worker, 60)).toBeNull();

    await uncordonWorker(operator, worker);
    expect(await takeSensor(sensor.id, worker, 60)).not.toBeNull();
  });
});

describe('cordon and uncordon', () => {
  test('are recorded with who and why', async () => {
    const worker = await aWorker();
    await cordonWorker(operator, worker, 'new memory');
    await uncordonWorker(operator, worker);

    expect(
      await sql.query(
        `select event_type, actor_login, details from audit_event where resource_type = 'worker' and resource_id = $1 order by id`,
        [worker],
      ),
    ).toMatchObject([
      {
        event_type: 'worker.cordoned',
        actor_login: operator.login,
        details: { reason: 'new memory' },
      },
      {
        event_type: 'worker.uncordoned',
        actor_login: operator.login,
        details: { cordon_reason: 'new memory' },
      },
    ]);
  });

  test('need the permission, a worker that is there, and one that can be', async () => {
    const worker = await aWorker();
    const reader = userWho('workers:read');

    await expect(cordonWorker(reader, worker, null)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(uncordonWorker(reader, worker)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(cordonWorker(operator, 999_999, null)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(uncordonWorker(operator, worker)).rejects.toMatchObject({ code: 'CONFLICT' });
    await sql.query('update worker set stopped_at = now() where id = $1', [worker]);
    await expect(cordonWorker(operator, worker, null)).rejects.toMatchObject({ code: 'CONFLICT' });
  });
});
