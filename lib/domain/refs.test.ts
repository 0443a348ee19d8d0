import { describe, expect, test } from 'vitest';
import {
  ACTION_FILTER,
  isComponentRef,
  isPackRef,
  LOCAL_KEY_REF,
  packRefOf,
  qualify,
} from './refs.ts';

describe('a ref', () => {
  test('of a pack has no dot, of a component exactly one', () => {
    expect(['core', 'my-pack_2'].every(isPackRef)).toBe(true);
    expect(['', 'Core', '1core', 'a.b', 'a b', 'core\n'].some(isPackRef)).toBe(false);
    expect(['core.echo', 'a.1-b_c'].every(isComponentRef)).toBe(true);
    expect(
      ['core', 'core.', '.echo', 'a.b.c', 'core.Echo', 'core.-x', 'core.echo\n'].some(
        isComponentRef,
      ),
    ).toBe(false);
  });

  test('of a key is short and plain', () => {
    expect(LOCAL_KEY_REF.test('db-password_1')).toBe(true);
    expect(LOCAL_KEY_REF.test('a'.repeat(64))).toBe(false);
  });

  test('names its pack', () => {
    expect(packRefOf('core.echo')).toBe('core');
    expect(packRefOf('core')).toBe('core');
  });

  test('is qualified once', () => {
    expect(qualify('echo', 'core')).toBe('core.echo');
    expect(qualify('other.echo', 'core')).toBe('other.echo');
  });

  test('in a filter may be all of a pack', () => {
    expect(['core.*', 'core.echo'].every((text) => ACTION_FILTER.test(text))).toBe(true);
    expect(['*', 'core', '*.echo', 'core.e*'].some((text) => ACTION_FILTER.test(text))).toBe(false);
  });
});
