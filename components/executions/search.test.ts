import { expect, test } from 'vitest';
import { toInstant, toMs } from './search-values.ts';
import {
  filtersOn,
  toFilter,
  toggleReason,
  toggleStatus,
  toRunSearch,
  withoutFilter,
} from './search.ts';
import { toSearch } from './to-search.ts';

const NOW = Date.parse('2026-11-23T14:00:00Z');

test('what does not parse is dropped, and the rest of the address holds', () => {
  const search = toRunSearch({
    status: 'failed,nonsense,timeout',
    action: 'core.echo',
    min: 'long',
    cursor: 'x',
    trace: ['a', 'b'],
  });
  expect(search).toMatchObject({ status: ['failed', 'timeout'], action: 'core.echo' });
  expect(toFilter(search, 50, NOW)).toEqual({
    page_size: 50,
    status: ['failed', 'timeout'],
    action_ref: 'core.echo',
  });
});

test('a status is put in and taken out, and the list begins anew', () => {
  const search = toRunSearch({ status: 'failed', cursor: '12' });
  expect(toSearch(toggleStatus(search, 'running'))).toMatchObject({
    status: 'running,failed',
    cursor: undefined,
  });
  expect(toSearch(toggleStatus(search, 'failed'))).toMatchObject({ status: undefined });
});

test('a reason of the end filters alone, and is taken out by asking for it again', () => {
  const search = toRunSearch({ reason: 'quarantined', cursor: '12' });
  expect(toFilter(search, 50, NOW)).toMatchObject({ end_reason: 'quarantined' });
  expect(toSearch(toggleReason(search, 'deadline'))).toMatchObject({
    reason: 'deadline',
    cursor: undefined,
  });
  expect(toSearch(toggleReason(search, 'quarantined'))).toMatchObject({ reason: undefined });
  expect(toRunSearch({ reason: "'; drop" }).reason).toBeUndefined();
});

test('times are relative until they are asked for, and durations are as one types them', () => {
  expect(toInstant('-1h', NOW)).toBe('2026-11-23T13:00:00.000Z');
  expect(toInstant('2026-11-23T14:00:00+01:00', NOW)).toBe('2026-11-23T13:00:00.000Z');
  expect(toInstant('yesterday', NOW)).toBeNull();
  expect([toMs('30s'), toMs('1.5 m'), toMs('20ms'), toMs('30')]).toEqual([
    30_000,
    90_000,
    20,
    null,
  ]);
});

test('a worker is meant by its number or its name, a signal with or without SIG', () => {
  expect(toFilter(toRunSearch({ worker: '12', signal: 'kill' }), 50, NOW)).toMatchObject({
    worker: 12,
    signal: 'SIGKILL',
  });
  expect(toFilter(toRunSearch({ worker: 'worker-2' }), 50, NOW)).toMatchObject({
    worker_name: 'worker-2',
  });
});

test('text in results is looked for in the last day, unless a range is given', () => {
  expect(toFilter(toRunSearch({ text: 'refused' }), 50, NOW)).toMatchObject({
    created_after: '2026-11-22T14:00:00.000Z',
  });
  expect(toFilter(toRunSearch({ text: 'refused', from: '-7d' }), 50, NOW)).toMatchObject({
    created_after: '2026-11-16T14:00:00.000Z',
  });
});

test('every filter but the status is said in words, and can be taken away', () => {
  const search = toRunSearch({ exit: '3', text: 'drain', cursor: '5' });
  expect(filtersOn(search).map(({ words, value }) => `${words} ${value}`)).toEqual([
    'exit is 3',
    'result has drain',
  ]);
  expect(toSearch(withoutFilter(search, 'exit'))).toMatchObject({
    exit: undefined,
    cursor: undefined,
    text: 'drain',
  });
});
