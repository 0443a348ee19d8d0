import { isJsonObject, type JsonObject, type JsonValue, showJson } from '#lib/domain/json.ts';
import { paths } from '#lib/paths.ts';
import { OPERATOR_WORDS } from './operator-words.ts';
import type { Part } from './part.ts';

interface RuleFacts {
  readonly trigger_ref: string;
  readonly action_ref: string;
  readonly trigger_params: JsonObject;
  readonly conditions: JsonValue;
  readonly enabled: boolean;
}

/** `When core.intervaltimer fires every 5 s and status_code is in [502, 503], run core.echo.` */
export function ruleSentence({
  trigger_ref: trigger,
  action_ref: action,
  ...rule
}: RuleFacts): Part[] {
  const when: Part = trigger === '' ? 'something' : { text: trigger, href: paths.trigger(trigger) };
  const run: Part = action === '' ? 'something' : { text: action, href: paths.action(action) };
  const timing = timingOf(trigger, rule.trigger_params);
  const conditions = conditionWords(rule.conditions);
  return [
    rule.enabled ? 'When ' : 'Switched off: when ',
    when,
    ` fires${timing === '' ? '' : ` ${timing}`}${conditions === '' ? '' : ` and ${conditions}`}, run `,
    run,
    '.',
  ];
}

const UNIT_SECONDS: Readonly<Record<string, string>> = {
  seconds: 's',
  minutes: 'min',
  hours: 'h',
  days: 'd',
};

/** What the timers of the core pack say with their parameters; nothing for other triggers. */
export function timingOf(triggerRef: string, params: JsonObject): string {
  switch (triggerRef) {
    case 'core.intervaltimer': {
      const unit = UNIT_SECONDS[textOr(params['unit'], 'seconds')];
      return unit === undefined ? '' : `every ${textOr(params['interval'], '60')} ${unit}`;
    }
    case 'core.crontimer':
      return typeof params['expression'] === 'string'
        ? `at ${params['expression']} ${textOr(params['timezone'], 'UTC')}`
        : '';
    case 'core.datetimetimer':
      return typeof params['fire_at'] === 'string' ? `at ${params['fire_at']}` : '';
    case 'core.rruletimer':
      return typeof params['rrule'] === 'string' ? `by ${params['rrule']}` : '';
    default:
      return '';
  }
}

const TESTS_SHOWN_MAX = 3;

/** Conditions in words; empty when a rule takes every event. */
export function conditionWords(conditions: JsonValue): string {
  if (conditions === null) return '';
  const items = itemsOf(conditions);
  if (items === null) return oneCondition(conditions) ?? 'its condition holds';
  if (items.list.length === 0) return '';
  const words = items.list.map(oneCondition);
  if (items.list.length > TESTS_SHOWN_MAX || words.includes(null)) {
    return `${items.mode === 'all' ? 'all' : 'one'} of ${items.list.length} conditions ${items.mode === 'all' ? 'hold' : 'holds'}`;
  }
  return words.join(items.mode === 'all' ? ' and ' : ' or ');
}

function itemsOf(conditions: JsonValue): { mode: 'all' | 'any'; list: JsonValue[] } | null {
  if (Array.isArray(conditions)) return { mode: 'all', list: conditions };
  if (!isJsonObject(conditions)) return null;
  if (Object.keys(conditions).length === 0) return { mode: 'all', list: [] };
  if (Array.isArray(conditions['all'])) return { mode: 'all', list: conditions['all'] };
  if (Array.isArray(conditions['any'])) return { mode: 'any', list: conditions['any'] };
  return null;
}

function oneCondition(condition: JsonValue): string | null {
  if (!isJsonObject(condition)) return null;
  const { field, operator, value } = condition;
  const word = OPERATOR_WORDS[textOr(operator, '')];
  if (typeof field !== 'string' || word === undefined) return null;
  return operator === 'exists' || operator === 'not_exists'
    ? `${field} ${word}`
    : `${field} ${word} ${showJson(value)}`;
}

/** A parameter as a word; what is neither text nor a number is not given. */
const textOr = (value: JsonValue | undefined, otherwise: string): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : otherwise;
