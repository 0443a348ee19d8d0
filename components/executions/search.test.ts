import { expect, test } from 'vitest';
import { toFilter, toggleReason, toggleStatus, toRunSearch, toSearch } from './search.ts';

test('what does not parse is dropped, and the rest of the address holds', () => {
  const search = toRunSearch({
    status: 'failed,nonsense,timeout',
    action: 'core.echo',
    worker: '-3',
    cursor: 'x',
    trace: ['a', 'b'],
  });
  expect(search).toMatchObject({ status: ['failed', 'timeout'], action: 'core.echo' });
  expect(toFilter(search, 50)).toEqual({
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
  expect(toFilter(search, 50)).toMatchObject({ end_reason: 'quarantined' });
  expect(toSearch(toggleReason(search, 'deadline'))).toMatchObject({
    reason: 'deadline',
    cursor: undefined,
  });
  expect(toSearch(toggleReason(search, 'quarantined'))).toMatchObject({ reason: undefined });
  expect(toRunSearch({ reason: "'; drop" }).reason).toBeUndefined();
});
