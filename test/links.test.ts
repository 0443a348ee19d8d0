import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { toEnforcementSearch } from '#components/enforcements/search.ts';
import { toEventSearch } from '#components/events/search.ts';
import { toConditions, toRunSearch } from '#components/executions/search.ts';
import { paths } from '#lib/paths.ts';

const ROOT = resolve(import.meta.dirname, '..');
const SOURCES = globSync('{app,components,lib}/**/*.{ts,tsx}', { cwd: ROOT }).filter(
  (path) => !path.includes('.test.') && path !== 'lib/paths.ts',
);

/** A list with a query that was written beside the type of its link. */
const BY_HAND =
  /paths\.(?:home|events|enforcements|executions|newRule)\(\)\}\?|withSearch\(paths\.(?:home|events|enforcements|newRule)\(/;

const given = (href: string) => Object.fromEntries(new URL(href, 'http://a').searchParams);
const known = (search: object) =>
  Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined));

describe('links to lists', () => {
  test('no source writes the query of a list by hand, so none can name a filter that its page does not read', () => {
    expect(SOURCES.length).toBeGreaterThan(300);
    expect(SOURCES.filter((path) => BY_HAND.test(readFileSync(join(ROOT, path), 'utf8')))).toEqual(
      [],
    );
  });

  test('every filter of a link to events and enforcements is read by their page', () => {
    const events = { trigger_ref: 'a.b', rule_ref: 'c.d', trace_tag: 'e f' };
    expect(known(toEventSearch(given(paths.events(events))))).toEqual(events);
    const enforcements = { trigger_ref: 'a.b', rule_ref: 'c.d', status: 'disabled' } as const;
    expect(known(toEnforcementSearch(given(paths.enforcements(enforcements))))).toEqual(
      enforcements,
    );
  });

  test('every filter of a link to executions is read by their page and asked of the API', () => {
    const link = {
      status: ['failed', 'timeout'],
      action: 'core.echo',
      pack: 'core',
      rule: 'a.b',
      trigger: 'c.d',
      trace: 'e',
      worker: 7,
      by: 'ann',
      reason: 'exit',
      exit: '3',
      signal: 'SIGKILL',
      retried: 'yes',
      token: 'refused',
      from: '-1h',
      to: '-1m',
      min: '1s',
      max: '2s',
      text: 'drain',
    } as const;
    const search = toRunSearch(given(paths.executions(link)));
    expect(known(search)).toEqual({ ...link, worker: '7' });
    expect(Object.keys(toConditions(search, Date.now()))).toHaveLength(Object.keys(link).length);
  });
});
