import { describe, expect, test } from 'vitest';
import { auditListSentence, auditSentence, chainSentence } from './audit.ts';
import { plain } from './part.ts';

const NOW = Date.parse('2026-11-23T14:06:20Z');
const event = {
  event_type: 'rule.updated',
  outcome: 'success',
  actor_login: 'ada',
  resource_type: 'rule',
  resource_id: 4,
  resource_ref: 'web.deploy',
  http_method: 'PUT',
  http_path: '/api/v1/rules/{ref}',
  http_status: null,
  count: 1,
  created: '2026-11-23T14:06:00Z',
} as const;

describe('one act', () => {
  test.each([
    [{}, 'ada updated rule web.deploy'],
    [{ outcome: 'failure' }, 'ada updated rule web.deploy (failure)'],
    [
      { event_type: 'permission_set.created', resource_type: 'permission_set' },
      'ada created permission set web.deploy',
    ],
    [
      { event_type: 'key.disclosed', resource_type: 'key', resource_ref: 'pack.web.k' },
      'ada read the value of key pack.web.k',
    ],
    [
      { event_type: 'execution.created', resource_type: 'execution', resource_ref: 'web.go' },
      'ada asked for a run of web.go, run 4',
    ],
    [
      { event_type: 'execution.cancelled', resource_type: 'execution', resource_ref: null },
      'ada cancelled run 4',
    ],
    [
      { event_type: 'api.refused', actor_login: null, http_status: 401, count: 1_240 },
      'somebody unknown was refused PUT /api/v1/rules/{ref} with 401, 1,240 times',
    ],
    [
      { event_type: 'event.created', resource_type: 'event', resource_id: null, count: 2 },
      'ada sent an event of web.deploy, 2 times',
    ],
    [{ event_type: 'auth.login' }, 'ada logged in'],
    [{ event_type: 'auth.login', outcome: 'denied' }, 'Somebody failed to log in as ada'],
    [
      { event_type: 'token.used', actor_login: 'execution:4', http_status: 201, count: 3 },
      'execution:4 called PUT /api/v1/rules/{ref} with its token: 201, 3 times',
    ],
    [
      {
        event_type: 'key.delivered',
        actor_login: 'execution:4',
        resource_type: 'key',
        resource_ref: 'pack.web.k',
      },
      'Run 4 was given key pack.web.k',
    ],
    [
      // As they were written before each key had a row of its own.
      { event_type: 'key.delivered', resource_type: 'action', resource_ref: 'web.go' },
      'Keys were given to action web.go',
    ],
    [
      { event_type: 'thing.turned_round', resource_type: null, resource_ref: null },
      'ada turned round something',
    ],
  ])('%o is said as a sentence', (more, sentence) => {
    expect(plain(auditSentence({ ...event, ...more }))).toBe(sentence);
  });

  test('what it was done to is a link to its page', () => {
    expect(auditSentence(event)).toContainEqual({ text: 'web.deploy', href: '/rules/web.deploy' });
  });
});

test('a list says when the last act was and how many were refused', () => {
  const facts = { nowMs: NOW, isFiltered: false, isOlder: false };
  expect(auditListSentence([event, { ...event, outcome: 'denied' }], facts)).toBe(
    'The last act was 20 s ago; 1 of these 2 was refused or failed.',
  );
  expect(auditListSentence([event], { ...facts, isFiltered: true })).toBe(
    'One act fits, 20 s ago.',
  );
  expect(auditListSentence([], { ...facts, isFiltered: true })).toBe(
    'Nothing that was done fits these filters.',
  );
});

test('the chain says how far it has come, and that nobody links when rows wait for more than a minute', () => {
  const chain = {
    head_seq: 4_812,
    head_created: '2026-11-23T14:06:17Z',
    anchor_seq: 0,
    unchained: 0,
    oldest_unchained: null,
  };
  expect(chainSentence(chain, NOW)).toEqual({
    text: 'Linked up to place 4,812, written 3 s ago.',
    isLate: false,
  });
  expect(
    chainSentence({ ...chain, unchained: 2, oldest_unchained: '2026-11-23T14:06:18Z' }, NOW).text,
  ).toBe('Linked up to place 4,812, written 3 s ago; 2 rows wait to be linked.');
  expect(
    chainSentence({ ...chain, unchained: 1, oldest_unchained: '2026-11-23T14:00:20Z' }, NOW),
  ).toEqual({
    text: 'Linked up to place 4,812, written 3 s ago; 1 row waits for 6 m, so no worker links them. Look at Workers.',
    isLate: true,
  });
});
