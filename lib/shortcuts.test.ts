import { expect, test } from 'vitest';
import { matchShortcut, type Shortcut, SHORTCUTS, type ShortcutName } from './shortcuts.ts';

const all = Object.keys(SHORTCUTS) as ShortcutName[];

test('two keys one after the other mean one thing, and the second alone another', () => {
  expect(matchShortcut('g', 'e', all)).toBe('events');
  expect(matchShortcut(null, 'e', all)).toBe('firstError');
  expect(matchShortcut('x', 'e', all)).toBe('firstError');
});

test('after g, a key that leads nowhere does nothing', () => {
  expect(matchShortcut('g', 'n', all)).toBeNull();
});

test.for([['lists'], ['a run', 'the output of a run']])(
  'no two shortcuts that are bound at once have the same keys: everywhere and %s',
  (places) => {
    const keys = Object.values<Shortcut>(SHORTCUTS)
      .filter(({ where }) => where === 'everywhere' || places.includes(where))
      .map((shortcut) => shortcut.keys);
    expect(keys.length).toBeGreaterThan(15);
    expect(new Set(keys).size).toBe(keys.length);
  },
);

test('while one types, only keys that are held with Ctrl do something', () => {
  const whileTyping = Object.values<Shortcut>(SHORTCUTS).filter((one) => one.whileTyping === true);
  expect(whileTyping).not.toEqual([]);
  expect(whileTyping.filter(({ keys }) => !keys.startsWith('Ctrl+'))).toEqual([]);
});
