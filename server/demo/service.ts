import type { Demo } from '#lib/contracts/demo.ts';
import type { Success } from '#lib/contracts/common.ts';
import { AppError, notFound } from '#lib/errors.ts';
import { type Actor, authorize } from '#server/auth/actor.ts';
import { config } from '#server/config.ts';
import { createPack, deletePack, getPack } from '#server/packs/service.ts';
import { createRule, deleteRule, getRule } from '#server/rules/service.ts';
import { DEMO_PACK_REF, demoRules, toRuleCreate } from './rules.ts';

/**
 * Creates the pack `demo` and its rules, whatever of them is missing. Safe to repeat and to race.
 *
 * @throws AppError `CONFLICT` when somebody else's pack has that name
 */
export async function startDemo(actor: Actor): Promise<Demo> {
  authorize(actor, 'rules:create', { pack_ref: DEMO_PACK_REF });
  if (!(await hasDemoPack(actor))) await createDemoPack(actor);
  const rules = demoRules(config().apiUrl);
  for (const rule of rules) {
    if ((await absentAsNull(getRule(actor, rule.ref))) === null)
      await thereAlready(createRule(actor, toRuleCreate(rule)));
  }
  return {
    pack_ref: DEMO_PACK_REF,
    rules: rules.map(({ ref, everySeconds, actionRef }) => ({
      ref,
      every_seconds: everySeconds,
      action_ref: actionRef,
    })),
  };
}

/** Deletes the demo's rules and its pack. Runs that were made stay. */
export async function removeDemo(actor: Actor): Promise<Success> {
  authorize(actor, 'rules:delete', { pack_ref: DEMO_PACK_REF });
  if (!(await hasDemoPack(actor))) throw notFound('demo', DEMO_PACK_REF);
  // One by one first: each tells the sensor that its timer is gone.
  for (const { ref } of demoRules(config().apiUrl)) await absentAsNull(deleteRule(actor, ref));
  await absentAsNull(deletePack(actor, DEMO_PACK_REF));
  return { success: true, message: 'The demo is gone: its pack and its rules. Its runs stay.' };
}

const createDemoPack = (actor: Actor) =>
  thereAlready(
    createPack(actor, {
      ref: DEMO_PACK_REF,
      label: 'Demo',
      description: 'Three rules on timers, to see the line at work. Remove it on Home.',
      version: '1.0.0',
      meta: { demo: true },
      conf_schema: {},
      config: {},
      tags: ['demo'],
      runtime_deps: [],
      dependencies: [],
    }),
  );

/** @throws AppError `CONFLICT` when the name is taken by a pack that the demo did not make */
async function hasDemoPack(actor: Actor): Promise<boolean> {
  const pack = await absentAsNull(getPack(actor, DEMO_PACK_REF));
  if (pack === null) return false;
  if (pack.meta['demo'] === true) return true;
  throw new AppError(
    'CONFLICT',
    `There is a pack '${DEMO_PACK_REF}' that is not the demo's. Rename it to use the demo.`,
  );
}

const absentAsNull = <T>(work: Promise<T>): Promise<T | null> => unless('NOT_FOUND', work);

/** Somebody else was faster: what is wanted is there. */
const thereAlready = <T>(work: Promise<T>): Promise<T | null> => unless('CONFLICT', work);

async function unless<T>(code: 'NOT_FOUND' | 'CONFLICT', work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof AppError && error.code === code) return null;
    throw error;
  }
}
