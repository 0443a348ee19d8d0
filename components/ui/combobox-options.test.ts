import { describe, expect, test } from 'vitest';
import { filterOptions } from './combobox-options.ts';

const options = [
  { value: 'deploy.echo_all', hint: 'Echo everywhere' },
  { value: 'core.echo', hint: 'Prints a message.' },
  { value: 'echo.loud', hint: null },
];
const found = (text: string) => filterOptions(text, options).map(({ value }) => value);

describe('filterOptions', () => {
  test('shows all while nothing is typed', () => {
    expect(found('')).toHaveLength(3);
  });

  test('wants every word, in ref or description, and puts the ref that begins with it first', () => {
    expect(found('echo')[0]).toBe('echo.loud');
    expect(found('prints core')).toEqual(['core.echo']);
    expect(found('nothing')).toEqual([]);
  });
});
