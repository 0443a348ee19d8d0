import { beforeAll, describe, expect, test } from 'vitest';
import { sql } from '#server/db/sql.ts';
import { getAuditEvent, listAuditEvents, listAuditEventsByRequest } from '#server/audit/service.ts';
import { withRequestId } from '#server/http/request-context.ts';
import { getWorker, listWorkers } from '#server/workers/service.ts';
import { userWho } from '#test/actors.ts';
import { aPack, aWorker } from '#test/catalogue.ts';
import { announce } from '#server/live/announce.ts';
import { followSensorLog } from './follow-log.ts';
import * as sensors from './service.ts';

const admin = userWho(
  'sensors:read',
  'sensors:update',
  'triggers:read',
  'workers:read',
  'audit_log:read',
);
let sensorId = 0;
let workerId = 0;

beforeAll(async () => {
  const pack = await aPack('lab');
  workerId = await aWorker('north');
  const [row] = await sql.query<{ id: number }>(
    `insert into sensor (ref, pack_id, pack_ref, label, entrypoint, trigger_refs, param_schema, config)
     values ('lab.probe', $1, 'lab', 'Probe', 'p.sh', '{lab.hot}', '{"token":{"type":"string","secret":true}}', '{"token":"hush-hush","rate":1}')
     returning id`,
    [pack.id],
  );
  sensorId = row?.id ?? 0;
});

describe('a sensor', () => {
  test('that has never run is stopped, and wanted', async () => {
    const { process, config } = await sensors.getSensor(admin, 'lab.probe');
    expect(process).toMatchObject({ status: 'stopped', wanted: 'run', worker: null, restarts: 0 });
    expect(JSON.stringify(config)).not.toContain('hush-hush');
    expect(await sensors.getSensorEnvironment(admin, 'lab.probe')).toBeNull();
    expect(await sensors.getSensorToken(admin, 'lab.probe')).toBeNull();
  });

  test('is stopped, started and restarted by wishes that its worker reads', async () => {
    expect((await sensors.stopSensor(admin, 'lab.probe')).process.wanted).toBe('stop');
    expect((await sensors.startSensor(admin, 'lab.probe')).process.wanted).toBe('run');
    await sensors.stopSensor(admin, 'lab.probe');
    await Promise.all([
      sensors.restartSensor(admin, 'lab.probe'),
      sensors.restartSensor(admin, 'lab.probe'),
    ]);
    const [row] = await sql.query(
      'select wanted, restart_requests from sensor_process where sensor_id = $1',
      [sensorId],
    );
    expect(row).toEqual({ wanted: 'run', restart_requests: 2 });
    expect((await sensors.disableSensor(admin, 'lab.probe')).enabled).toBe(false);
    expect((await sensors.enableSensor(admin, 'lab.probe')).enabled).toBe(true);
    await expect(sensors.stopSensor(userWho('sensors:read'), 'lab.probe')).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    await expect(sensors.stopSensor(admin, 'lab.none')).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  test('names the worker of its process in lists', async () => {
    await sql.query(
      `update sensor_process set worker_id = $2, status = 'running' where sensor_id = $1`,
      [sensorId, workerId],
    );
    const { items } = await sensors.listSensors(admin, { trigger_ref: 'lab.hot' });
    expect(items).toMatchObject([
      { ref: 'lab.probe', process: { status: 'running', worker: workerId, worker_name: 'north' } },
    ]);
    expect((await sensors.listSensorsByPack(admin, 'lab', {})).items).toHaveLength(1);
  });

  test('shows the last lines of its log, of all streams or of one', async () => {
    const chunks = [
      ['stdout', 'one\ntw'],
      ['stderr', 'oops\n'],
      ['stdout', 'o\nthree\n'],
    ];
    for (const [n, [stream, text]] of chunks.entries()) {
      await sql.query(
        'insert into sensor_log_chunk (sensor_id, seq, stream, content) values ($1, $2, $3, $4)',
        [sensorId, n, stream, Buffer.from(text ?? '')],
      );
    }
    expect(await sensors.readSensorLogs(admin, 'lab.probe', { stream: 'stdout', tail: 2 })).toBe(
      'two\nthree\n',
    );
    expect(await sensors.readSensorLogs(admin, 'lab.probe', { stream: 'stderr', tail: 10 })).toBe(
      'oops\n',
    );
    expect(await sensors.readSensorLogs(admin, 'lab.probe', { stream: 'all', tail: 100 })).toBe(
      'one\ntwoops\no\nthree\n',
    );
  });
});

describe('the log of a sensor as it comes', () => {
  const write = (seq: number, stream: string, bytes: Uint8Array) =>
    sql.query(
      'insert into sensor_log_chunk (sensor_id, seq, stream, content) values ($1, $2, $3, $4)',
      [sensorId, seq, stream, Buffer.from(bytes)],
    );

  /** The first so many events of it. */
  async function read(afterSeq: number, count: number, meanwhile?: () => Promise<unknown>) {
    const reader = new AbortController();
    const events = [];
    const following = followSensorLog(
      admin,
      'lab.probe',
      { stream: 'all', afterSeq },
      reader.signal,
    );
    for await (const event of following) {
      events.push(event);
      if (events.length === 1) await meanwhile?.();
      if (events.length === count) reader.abort();
    }
    return events;
  }

  test('is what is kept, the state of the process, and then what it writes', async () => {
    await sql.query('delete from sensor_log_chunk where sensor_id = $1', [sensorId]);
    await write(7, 'stdout', Buffer.from('hello\n'));
    const next = async () => {
      await write(8, 'stderr', Buffer.from('oops\n'));
      await announce(sql, `sensor_log:${sensorId}`);
    };

    const events = await read(-1, 3, next);

    expect(events).toMatchObject([
      { id: 7, event: 'log', data: { stream: 'stdout', text: 'hello\n' } },
      { id: 8, event: 'log', data: { stream: 'stderr', text: 'oops\n' } },
      { event: 'changed', data: { status: 'running' } },
    ]);
  });

  test('goes on after the last chunk that a reader saw, in the middle of a character', async () => {
    const euro = Buffer.from('€\n');
    await write(9, 'stdout', euro.subarray(0, 1));
    await write(10, 'stdout', euro.subarray(1));

    const [event] = await read(9, 1);

    expect(event).toMatchObject({ id: 10, data: { text: '€\n' } });
  });

  test('is for nobody who may not see the sensor', async () => {
    const stranger = userWho('actions:read');
    const following = followSensorLog(
      stranger,
      'lab.probe',
      { stream: 'all', afterSeq: -1 },
      AbortSignal.timeout(5_000),
    );
    await expect(following.next()).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});

describe('a worker', () => {
  test('is as well as its last sign of life', async () => {
    const gone = await aWorker('gone');
    const quiet = await aWorker('quiet');
    await sql.query(`update worker set last_heartbeat = now() - interval '1 hour' where id = $1`, [
      gone,
    ]);
    await sql.query(`update worker set last_heartbeat = now() - interval '20 s' where id = $1`, [
      quiet,
    ]);

    const { items, pagination } = await listWorkers(admin, {});
    expect(items.map(({ name, health_state: health }) => [name, health])).toEqual([
      ['north', 'active'],
      ['quiet', 'inactive'],
      ['gone', 'offline'],
    ]);
    expect(pagination.total_items).toBe(3);
    expect(
      (await listWorkers(admin, { health_state: 'offline' })).items.map(({ id }) => id),
    ).toEqual([gone]);
    expect(await getWorker(admin, workerId)).toMatchObject({
      load: { sensor_processes_running: 1, total_active: 0 },
      heartbeat_stale: false,
    });
    await expect(getWorker(admin, 999_999)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('the audit', () => {
  test('knows what a request did, page by page', async () => {
    await withRequestId('request-0001', async () => {
      await sensors.stopSensor(admin, 'lab.probe');
      await sensors.startSensor(admin, 'lab.probe');
    });
    const events = await listAuditEventsByRequest(admin, 'request-0001');
    expect(
      events.map(({ event_type: type, actor_login: login, resource_ref: ref }) => [
        type,
        login,
        ref,
      ]),
    ).toEqual([
      ['sensor.stopped', 'ada', 'lab.probe'],
      ['sensor.started', 'ada', 'lab.probe'],
    ]);

    const first = await listAuditEvents(admin, { page_size: 1, include_total: true });
    expect(first.items[0]?.id).toBe(events[1]?.id);
    const next = await listAuditEvents(admin, {
      page_size: 1,
      cursor: first.pagination.next_cursor ?? '',
    });
    expect(next.items[0]?.id).toBe(events[0]?.id);
    expect(
      (
        await listAuditEvents(admin, {
          event_type: 'sensor.stopped',
          created_after: '2100-01-01T00:00:00Z',
        })
      ).items,
    ).toEqual([]);
    await expect(listAuditEvents(admin, { cursor: 'x' })).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
    });
    await expect(getAuditEvent(userWho('sensors:read'), 1)).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
  });
});
