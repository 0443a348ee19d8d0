import { describe, expect, test } from 'vitest';
import { findKeyProblem, limitFor, readConcurrency } from './concurrency.ts';

const byHost = {
  limit: 2,
  key: '{{ parameters.host }}/{{parameters.ports[0]}}',
  on_limit: 'enqueue',
} as const;

describe('a concurrency limit', () => {
  test('is shared by runs whose parameters render to the same key', () => {
    expect(limitFor('p.a', byHost, { host: 'db1', ports: [80] })).toEqual({
      key: 'p.a:db1/80',
      limit: 2,
      onLimit: 'enqueue',
    });
    expect(limitFor('p.a', byHost, { host: 'db2' })?.key).toBe('p.a:db2/');
  });

  test('without a key is shared by all runs of the action, and by no other action', () => {
    const all = { limit: 1, key: null, on_limit: 'cancel' } as const;
    expect(limitFor('p.a', all, { host: 'x' })?.key).toBe('p.a');
    expect(limitFor('p.b', all, { host: 'x' })?.key).toBe('p.b');
  });

  test('never reads what a parameter only inherits', () => {
    const odd = { ...byHost, key: '{{ parameters.constructor }}' };
    expect(limitFor('p.a', odd, {})?.key).toBe('p.a:');
  });

  test('refuses a key that is no path into the parameters', () => {
    expect(findKeyProblem('{{ parameters.host }}')).toBeNull();
    expect(findKeyProblem('fixed')).toBeNull();
    expect(findKeyProblem('{{ event.payload.host }}')).toContain('event.payload.host');
    expect(findKeyProblem('{{ parameters.host')).toContain('never closed');
  });

  test('is read from a column, and from nothing else', () => {
    expect(readConcurrency({ limit: 3, on_limit: 'replace' })).toEqual({
      limit: 3,
      key: null,
      on_limit: 'replace',
    });
    expect(readConcurrency({ limit: 3, on_limit: 'explode' })).toBeNull();
    expect(readConcurrency(null)).toBeNull();
  });
});
