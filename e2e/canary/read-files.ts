import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Sighting } from './needles.ts';

/** Names and contents of the files below a directory, without those whose path `isLeftOut`. */
export function readFiles(root: string, isLeftOut: (path: string) => boolean): Sighting[] {
  const paths = globSync('**/*', { cwd: root }).filter((path) => !isLeftOut(path));
  const contents = paths.flatMap((path) => {
    const file = join(root, path);
    if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return [];
    return [{ place: `file ${path}`, text: readFileSync(file, 'latin1') }];
  });
  return [{ place: `file names below ${root}`, text: paths.join('\n') }, ...contents];
}
