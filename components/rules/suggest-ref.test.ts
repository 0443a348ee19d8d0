import { describe, expect, test } from 'vitest';
import { Ref } from '#lib/contracts/common.ts';
import { slugOf, suggestRef } from './suggest-ref.ts';

const parts = {
  packRef: 'default',
  label: '',
  triggerRef: 'core.intervaltimer',
  actionRef: 'core.echo',
};

describe('suggestRef', () => {
  test('goes by the label, and by trigger and action without one', () => {
    expect(suggestRef({ ...parts, label: 'Notify ops — Überfall!' })).toBe(
      'default.notify_ops_uberfall',
    );
    expect(suggestRef(parts)).toBe('default.echo_on_intervaltimer');
  });

  test('suggests nothing until there is something to go by', () => {
    expect(suggestRef({ ...parts, actionRef: '' })).toBe('');
    expect(suggestRef({ ...parts, packRef: '' })).toBe('');
  });

  test('only suggests what the API takes', () => {
    for (const label of ['3 strikes', '  --x--  ', 'a'.repeat(200), 'é'.repeat(10)]) {
      expect(Ref.safeParse(suggestRef({ ...parts, label })).success).toBe(true);
    }
  });
});

describe('slugOf', () => {
  test('is empty when no letter or digit is left', () => {
    expect(slugOf('…!')).toBe('');
  });
});
