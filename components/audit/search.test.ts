import { describe, expect, test } from 'vitest';
import { AuditFilter } from '#lib/contracts/audit.ts';
import { isNarrowed, toAuditFilter, toAuditSearch, toExportSearch } from './search.ts';

const NOW = Date.parse('2026-11-23T14:06:20Z');
const filterOf = (given: Record<string, string>) => toAuditFilter(toAuditSearch(given), NOW);

describe('the filters of the address', () => {
  test.each([
    [{ actor: ' ada ' }, { actor_login: 'ada' }],
    [{ action: 'key.*' }, { event_type: 'key.*' }],
    [{ resource: 'web.deploy' }, { resource_ref: 'web.deploy' }],
    [{ resource: 'rule web.deploy' }, { resource_type: 'rule', resource_ref: 'web.deploy' }],
    [{ resource: 'execution 12' }, { resource_type: 'execution', resource_id: 12 }],
    [{ resource: 'run 12' }, { execution: 12 }],
    [
      { outcome: 'denied', q: 'x' },
      { outcome: 'denied', q: 'x' },
    ],
    [{ token: '7' }, { actor_token_id: 7 }],
    [{ by: 'people' }, { processes: false }],
    [{ from: '-1h' }, { created_after: '2026-11-23T13:06:20.000Z' }],
    [
      { outcome: 'maybe', row: '-1', cursor: 'x', token: 'attune_it_x', from: 'never', actor: '' },
      {},
    ],
  ])('%o are what the API is asked for', (given, filter) => {
    expect(filterOf(given)).toEqual(filter);
  });

  test('an export is asked for with the same filters, as the API reads them', () => {
    const search = toAuditSearch({
      resource: 'execution 12',
      from: '-1h',
      by: 'people',
      cursor: '9',
      row: '3',
    });
    expect(AuditFilter.parse(toExportSearch(search, NOW))).toEqual(toAuditFilter(search, NOW));
  });

  test('an open row and a page narrow nothing', () => {
    expect(isNarrowed(toAuditSearch({ row: '3', cursor: '9' }))).toBe(false);
    expect(isNarrowed(toAuditSearch({ to: '-1h' }))).toBe(true);
  });
});
