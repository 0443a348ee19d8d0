import { describe, expect, test } from 'vitest';
import { sql } from '#server/db/sql.ts';
import { userWho } from '#test/actors.ts';
import { anAction, aPack, aRule, aTrigger, switchRule } from '#test/catalogue.ts';
import { aRun } from '#test/process-actors.ts';
import { createEvent, getVerdicts } from './service.ts';

const ada = userWho('events:create', 'events:read');
const emit = (trigger_ref: string, payload = {}, more = {}) =>
  createEvent(ada, { trigger_ref, payload, ...more });

const executionsOf = (event: number) =>
  sql.query<{
    id: number;
    status: string;
    config: unknown;
    rule_ref: string;
    trace_tag: string | null;
  }>(
    `select e.id, e.status, e.config, e.rule_ref, e.trace_tag from execution e join enforcement f on f.id = e.enforcement_id
     where f.event_id = $1 order by e.id`,
    [event],
  );

const jobsOf = (execution: number) =>
  sql.query(
    `select 1 from pgboss.job where name = 'execution.run' and (data ->> 'execution_id')::bigint = $1`,
    [execution],
  );

describe('an event', () => {
  test('becomes one enforcement, one execution and one job for each rule that matches', async () => {
    const trigger = await aTrigger();
    const action = await anAction();
    const hot = await aRule({
      trigger,
      action,
      conditions: [{ field: 'degrees', operator: 'gt', value: 30 }],
    });
    await aRule({ trigger, action, conditions: [{ field: 'degrees', operator: 'gt', value: 90 }] });

    const event = await emit(trigger, { degrees: 40 });

    const executions = await executionsOf(event.id);
    expect(executions).toMatchObject([{ status: 'requested', rule_ref: hot.ref }]);
    expect(await jobsOf(executions[0]?.id ?? 0)).toHaveLength(1);
  });

  test('renders parameters with the types of the payload, and the trace tag of its rule', async () => {
    const trigger = await aTrigger();
    const action = await anAction({
      param_schema: { count: { type: 'integer' }, text: { type: 'string', default: 'x' } },
    });
    await aRule({
      trigger,
      action,
      action_params: { count: '{{ event.payload.n }}' },
      trace_tag_template: 'run-{{ event.payload.n }}',
    });

    const event = await emit(trigger, { n: 7 });

    expect(await executionsOf(event.id)).toMatchObject([
      { config: { count: 7, text: 'x' }, trace_tag: 'run-7' },
    ]);
  });

  test('whose parameters do not fit is stored, with an enforcement that says why and no execution', async () => {
    const trigger = await aTrigger();
    const action = await anAction({ param_schema: { count: { type: 'integer', required: true } } });
    await aRule({ trigger, action, action_params: { count: '{{ event.payload.n }}' } });

    const event = await emit(trigger, { n: 'many' });

    expect(await executionsOf(event.id)).toEqual([]);
    const [verdict] = await getVerdicts(ada, event.id);
    expect(verdict).toMatchObject({ matched: true, execution: null });
    expect(verdict?.reason).toContain('count');
  });

  test('with the key of an earlier one is that event, and nothing runs again, even when eight arrive at once', async () => {
    const trigger = await aTrigger();
    await aRule({ trigger, action: await anAction() });

    const events = await Promise.all(
      Array.from({ length: 8 }, () => emit(trigger, {}, { dedupe_key: 'once' })),
    );

    expect(new Set(events.map(({ id }) => id)).size).toBe(1);
    expect(await executionsOf(events[0]?.id ?? 0)).toHaveLength(1);
  });

  test('that took a key first is not read by who takes it again and may not read events', async () => {
    const trigger = await aTrigger();
    const first = await emit(trigger, { who: 'ann' }, { trace_tag: 'order-7', dedupe_key: 'once' });
    const body = { trigger_ref: trigger, payload: { mine: true }, dedupe_key: 'once' };

    const [run, person] = [await aRun('p'), { ...userWho('events:create'), identityId: 1_001 }];
    for (const actor of [run, person]) {
      const answer = await createEvent(actor, body);
      expect(answer).toMatchObject({ id: first.id, payload: {}, trace_tag: null });
      expect(JSON.stringify(answer)).not.toMatch(/ann|ada|order-7/);
      const own = { ...body, dedupe_key: `of ${actor.kind}` };
      const made = await createEvent(actor, own);
      expect(made).toMatchObject({ payload: { mine: true } });
      expect(await createEvent(actor, own)).toEqual(made);
    }
    expect(await emit(trigger, {}, { dedupe_key: 'once' })).toEqual(first);
  });

  test('for one rule is asked of that rule only; for a rule that is gone, of none', async () => {
    const trigger = await aTrigger();
    const action = await anAction();
    const first = await aRule({ trigger, action });
    const second = await aRule({ trigger, action });

    const byId = await emit(trigger, {}, { trigger_instance_id: `rule_${first.id}` });
    const byRef = await emit(trigger, {}, { trigger_instance_id: `rule_${second.ref}` });
    const gone = await emit(trigger, {}, { trigger_instance_id: 'rule_999999' });

    expect(await executionsOf(byId.id)).toMatchObject([{ rule_ref: first.ref }]);
    expect(await executionsOf(byRef.id)).toMatchObject([{ rule_ref: second.ref }]);
    expect(await executionsOf(gone.id)).toEqual([]);
    expect(gone.rule).toBeNull();
  });

  test('of an unknown trigger is not found, and its neighbours in the same instant are stored', async () => {
    const trigger = await aTrigger();

    const outcomes = await Promise.allSettled([emit(trigger), emit('no.such'), emit(trigger)]);

    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(outcomes[1]).toMatchObject({
      reason: { code: 'NOT_FOUND', details: { ref: 'no.such' } },
    });
  });

  test('of a sensor is refused for a trigger that is not its own', async () => {
    const trigger = await aTrigger();
    const sensor = {
      kind: 'sensor',
      jti: '00000000-0000-4000-8000-000000000000',
      sensorId: 1,
      sensorRef: 'p.s',
      packRef: 'p',
      triggerRefs: ['p.other'],
      address: null,
    } as const;

    await expect(createEvent(sensor, { trigger_ref: trigger, payload: {} })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
  });

  test('offered three hundred times at once is stored three hundred times, each with one execution', async () => {
    const trigger = await aTrigger();
    await aRule({ trigger, action: await anAction({ pack: await aPack() }) });

    const events = await Promise.all(Array.from({ length: 300 }, (_, n) => emit(trigger, { n })));

    expect(new Set(events.map(({ id }) => id)).size).toBe(300);
    const [count] = await sql.query<{ executions: number }>(
      `select count(*) as executions from execution e join enforcement f on f.id = e.enforcement_id where f.event_id = any ($1)`,
      [events.map(({ id }) => id)],
    );
    expect(count?.executions).toBe(300);
  });
});

describe('switching a rule off', () => {
  test('is in force for every event that is answered after it, however many are on their way', async () => {
    const trigger = await aTrigger();
    const rule = await aRule({ trigger, action: await anAction() });
    const before = Array.from({ length: 40 }, () => emit(trigger));

    await switchRule(rule.id, false);
    const after = await Promise.all(Array.from({ length: 40 }, () => emit(trigger)));
    await Promise.all(before);

    const ran = await Promise.all(after.map(({ id }) => executionsOf(id)));
    expect(ran.flat()).toEqual([]);
  });
});

describe('the verdicts on an event', () => {
  test('are those of the rules as they were then: matched, or the first condition that failed', async () => {
    const trigger = await aTrigger();
    const action = await anAction();
    const rule = await aRule({
      trigger,
      action,
      conditions: [{ field: 'status', operator: 'in', value: [502, 503] }],
    });
    const matching = await emit(trigger, { status: 503 });
    const other = await emit(trigger, { status: 200 });
    await switchRule(rule.id, false);
    const late = await emit(trigger, { status: 503 });

    expect(await getVerdicts(ada, matching.id)).toMatchObject([
      { matched: true, failed: null, rule_version: 1 },
    ]);
    expect(await getVerdicts(ada, other.id)).toMatchObject([
      {
        matched: false,
        failed: { field: 'status', operator: 'in', expected: [502, 503], actual: 200 },
      },
    ]);
    expect(await getVerdicts(ada, late.id)).toMatchObject([
      { matched: false, enabled: false, rule_version: 2 },
    ]);
  });
});
