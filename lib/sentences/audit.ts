import type { AuditChain, AuditEventSummary } from '#lib/contracts/audit.ts';
import { formatCount, formatDuration } from '#lib/format.ts';
import { paths } from '#lib/paths.ts';
import { counted, type Part } from './part.ts';

type Told = Pick<
  AuditEventSummary,
  | 'event_type'
  | 'outcome'
  | 'actor_login'
  | 'resource_type'
  | 'resource_id'
  | 'resource_ref'
  | 'http_method'
  | 'http_path'
  | 'http_status'
  | 'count'
>;

/** Who did what to what, in one sentence: `admin changed rule web.deploy`. */
export function auditSentence(event: Told): Part[] {
  const who = event.actor_login ?? 'somebody unknown';
  const times = event.count > 1 ? `, ${formatCount(event.count)} times` : '';
  const special = SPECIAL[event.event_type]?.(who, event);
  if (special !== undefined) return [...special, times].filter((part) => part !== '');
  const verb = event.event_type.slice(event.event_type.indexOf('.') + 1).replaceAll('_', ' ');
  const failed = event.outcome === 'success' ? '' : ` (${event.outcome})`;
  const done = `${who} ${VERBS[event.event_type] ?? verb} `;
  return [done, ...thingOf(event), `${failed}${times}`].filter((part) => part !== '');
}

const call = ({ http_method: method, http_path: path }: Told): string =>
  `${method ?? ''} ${path ?? 'a call'}`.trim();

const ACTS: Readonly<Record<string, string>> = { denied: 'was refused', failure: 'failed' };

const SPECIAL: Readonly<Record<string, (who: string, event: Told) => Part[]>> = {
  'api.refused': (who, event) => [
    `${who} was refused ${call(event)} with ${event.http_status ?? 'an error'}`,
  ],
  'auth.login': (who, { outcome }) => [
    outcome === 'success' ? `${who} logged in` : `Somebody failed to log in as ${who}`,
  ],
  'auth.refreshed': (who) => [`${who} renewed a session`],
  'auth.refresh_reused': (who) => [
    `A refresh token of ${who} was used a second time: its sessions ended`,
  ],
  'auth.password_changed': (who) => [`${who} changed their password`],
  'auth.password_refused': (who) => [`${who} gave a wrong password`],
  'auth.profile_changed': (who) => [`${who} changed what they are called`],
  'audit.forgotten': () => ['Retention deleted old rows of the audit'],
  'key.delivered': (who, event) =>
    event.resource_type === 'key'
      ? [...runOf(who), ' was given ', ...thingOf(event)]
      : ['Keys were given to ', ...thingOf(event)],
  'token.used': (who, event) => [
    `${who} ${ACTS[event.outcome] ?? 'called'} ${call(event)} with its token: ${event.http_status ?? ''}`,
  ],
};

const VERBS: Readonly<Record<string, string>> = {
  'key.disclosed': 'read the value of',
  'permission_set.role_added': 'gave a role',
  'permission_set.role_removed': 'took from a role',
  'role.assigned': 'gave to',
  'role.unassigned': 'took from',
  'identity.password_set': 'set the password of',
  'trigger.webhook_enabled': 'opened the webhook of',
  'trigger.webhook_disabled': 'closed the webhook of',
  'trigger.webhook_key_regenerated': 'made a new webhook key for',
  'execution.created': 'asked for a run of',
  'event.created': 'sent an event of',
};

/** A run as it is called in records. */
function runOf(who: string): Part[] {
  const [, id] = /^execution:(\d+)$/.exec(who) ?? [];
  return id === undefined ? [who] : [{ text: `Run ${id}`, href: paths.execution(id) }];
}

function thingOf({ resource_type: type, resource_id: id, resource_ref: ref }: Told): Part[] {
  if (type === null) return ref === null ? ['something'] : [ref];
  const noun = type.replaceAll('_', ' ');
  if (type === 'execution' && id !== null)
    return [...before(ref), { text: `run ${id}`, href: paths.execution(id) }];
  if (type === 'event' && id !== null)
    return [...before(ref), { text: `event ${id}`, href: paths.event(id) }];
  // One record of several: the sentence has said already what they are.
  if (type === 'event' && ref !== null) return [ref];
  if (type === 'identity' && id !== null)
    return ['identity ', { text: ref ?? String(id), href: paths.identity(id) }];
  const path = PAGES[type];
  if (path !== undefined && ref !== null) return [`${noun} `, { text: ref, href: path(ref) }];
  return [`${noun} ${ref ?? id ?? ''}`.trim()];
}

const before = (ref: string | null): Part[] => (ref === null ? [] : [`${ref}, `]);

const PAGES: Readonly<Record<string, (ref: string) => string>> = {
  action: paths.action,
  pack: paths.pack,
  rule: paths.rule,
  sensor: paths.sensor,
  trigger: paths.trigger,
};

interface ListFacts {
  readonly nowMs: number;
  readonly isFiltered: boolean;
  readonly isOlder: boolean;
}

/** What is so with a page of the audit. */
export function auditListSentence(
  events: readonly (Told & { readonly created: string })[],
  { nowMs, isFiltered, isOlder }: ListFacts,
): string {
  // Refusals are counted by the minute and listed after it, so the first is not always the newest.
  const newest = events.toSorted((a, b) => Date.parse(b.created) - Date.parse(a.created))[0];
  if (newest === undefined)
    return isFiltered
      ? 'Nothing that was done fits these filters.'
      : 'Nothing has been done here yet.';
  const refused = events.filter(({ outcome }) => outcome !== 'success').length;
  const ofThese =
    refused === 0
      ? `none of these ${formatCount(events.length)} was refused`
      : `${formatCount(refused)} of these ${formatCount(events.length)} ${refused === 1 ? 'was' : 'were'} refused or failed`;
  if (events.length === 1)
    return `One act${isFiltered ? ' fits' : ''}, ${since(newest.created, nowMs)}.`;
  if (isOlder) return `Older acts: ${ofThese}.`;
  return `The last act${isFiltered ? ' that fits' : ''} was ${since(newest.created, nowMs)}; ${ofThese}.`;
}

/** A row waits longer than this only when no worker links. */
const WAIT_MS_MAX = 60_000;

/** How far the chain has come, and whether somebody has to look. */
export function chainSentence(
  chain: Omit<AuditChain, 'head_hash'>,
  nowMs: number,
): { readonly text: string; readonly isLate: boolean } {
  const { head_seq: head, head_created: written, unchained, oldest_unchained: oldest } = chain;
  const linked =
    head === 0
      ? 'No row has been linked yet'
      : `Linked up to place ${formatCount(head)}${written === null ? '' : `, written ${since(written, nowMs)}`}`;
  if (unchained === 0 || oldest === null) return { text: `${linked}.`, isLate: false };
  const waiting = `${counted(unchained, 'row')} ${unchained === 1 ? 'waits' : 'wait'}`;
  const isLate = nowMs - Date.parse(oldest) > WAIT_MS_MAX;
  return {
    text: isLate
      ? `${linked}; ${waiting} for ${spanOf(oldest, nowMs)}, so no worker links them. Look at Workers.`
      : `${linked}; ${waiting} to be linked.`,
    isLate,
  };
}

const since = (at: string, nowMs: number): string =>
  nowMs - Date.parse(at) < 1_000 ? 'just now' : `${spanOf(at, nowMs)} ago`;

const spanOf = (at: string, nowMs: number): string =>
  formatDuration(Math.floor((nowMs - Date.parse(at)) / 1_000) * 1_000).replace('.0 s', ' s');
