import { statSync } from 'node:fs';
import type { Picture } from './pages.ts';
import type { Photographer } from './photographer.ts';

/** Those that `docs/tour.md` and the README show, by the name of the page. */
export const IN_DOCS: Readonly<Record<string, string>> = {
  'first-visit': 'first-visit',
  home: 'home',
  executions: 'executions',
  'execution-failed-output': 'execution',
  'execution-failed-context': 'context',
  'execution-failed-token': 'token',
  'execution-timeout': 'timeline',
  event: 'event',
  'rule-edit': 'rule-editor',
  sensor: 'sensor',
  workers: 'workers',
  pack: 'pack',
  api: 'api',
};

const BYTES_MAX = 170_000;

/** One picture of each, small enough for a page that is read on a train. */
export async function takeDocs(
  photographer: Photographer,
  pictures: readonly Picture[],
): Promise<void> {
  const fileOf = (name: string) => `docs/images/${IN_DOCS[name] ?? name}.png`;
  const shown = pictures.filter(({ name }) => name in IN_DOCS);
  await photographer.take(shown, {
    theme: 'light',
    width: 1280,
    height: 720,
    isWhole: false,
    fileOf,
  });
  for (const { name } of shown) {
    const { size } = statSync(fileOf(name));
    if (size > BYTES_MAX) photographer.problems.push(`${fileOf(name)} has ${size} bytes`);
  }
}
