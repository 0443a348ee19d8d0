import type { Action } from '#lib/contracts/actions.ts';
import type { Trigger } from '#lib/contracts/triggers.ts';
import { AppError } from '#lib/errors.ts';
import type { Option } from '#components/ui/combobox-options.ts';
import { getAction, listActions } from '#server/actions/service.ts';
import { type Actor, can } from '#server/auth/actor.ts';
import { getEvent, listEvents } from '#server/events/service.ts';
import { getPack, listPacks } from '#server/packs/service.ts';
import { listKeys } from '#server/secrets/service.ts';
import { getTrigger, listTriggers } from '#server/triggers/service.ts';

const CHOICES_MAX = 1_000;

export interface EditorChoices {
  readonly triggers: readonly Option[];
  readonly actions: readonly Option[];
  readonly packs: readonly Option[];
  readonly keyRefs: readonly string[];
  readonly packConfig: Readonly<Record<string, readonly string[]>>;
}

/** What a new rule needs besides: where it goes when nobody says. */
export interface NewRuleChoices extends EditorChoices {
  readonly defaultPack: string;
}

/** What an editor of rules may choose from, as far as its user may see it. */
export async function readChoices(actor: Actor): Promise<NewRuleChoices> {
  const query = { page_size: CHOICES_MAX };
  const [triggers, actions, packs, keys] = await Promise.all([
    listTriggers(actor, query),
    listActions(actor, query),
    listPacks(actor, query),
    can(actor, 'keys:read') ? listKeys(actor, query) : null,
  ]);
  const details = await Promise.all(packs.items.map(({ ref }) => getPack(actor, ref)));
  // A rule made here belongs to a pack that was made here; files of a registered pack would not know of it.
  const adhoc =
    details.find(({ ref }) => ref === 'default') ??
    details.find(
      ({ ref, source_path, is_standard }) => source_path === null && !is_standard && ref !== 'demo',
    );
  return {
    defaultPack: adhoc?.ref ?? 'core',
    triggers: triggers.items.map(toOption),
    actions: actions.items.map(toOption),
    packs: packs.items.map(({ ref, label }) => ({ value: ref, hint: label })),
    keyRefs: keys?.items.map(({ ref }) => ref) ?? [],
    packConfig: Object.fromEntries(
      details.map(({ ref, conf_schema, config }) => [
        ref,
        Object.keys({ ...conf_schema, ...config }),
      ]),
    ),
  };
}

const toOption = ({
  ref,
  label,
  description,
}: {
  ref: string;
  label: string;
  description: string | null;
}): Option => ({
  value: ref,
  hint: description ?? label,
});

export const findTrigger = (actor: Actor, ref: string): Promise<Trigger | null> =>
  orNull(getTrigger(actor, ref));
export const findAction = (actor: Actor, ref: string): Promise<Action | null> =>
  orNull(getAction(actor, ref));

/** Fields of the newest event of a trigger: payloads are often richer than what is written about them. */
export async function readSeenFields(actor: Actor, triggerRef: string): Promise<string[]> {
  if (triggerRef === '' || !can(actor, 'events:read')) return [];
  const { items } = await listEvents(actor, { trigger_ref: triggerRef, limit: 1 });
  const [newest] = items;
  return newest === undefined ? [] : Object.keys((await getEvent(actor, newest.id)).payload);
}

async function orNull<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof AppError && error.code === 'NOT_FOUND') return null;
    throw error;
  }
}
