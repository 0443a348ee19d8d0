import { createHash } from 'node:crypto';
import { globSync, readFileSync, statSync } from 'node:fs';
import { inRoot, ROOT } from '#bin/paths.ts';

/** What the built dashboard is made of. */
const SOURCES = [
  'app/**/*',
  'components/**/*',
  'lib/**/*',
  'server/**/*',
  'public/**/*',
  'prisma/schema/*',
  '{proxy,instrumentation}.ts',
  '{next,postcss}.config.*',
  'package-lock.json',
  'package.json',
  'tsconfig.json',
];

/** Changes whenever a build would come out differently; tests are no part of it. */
export function hashSources(): string {
  const sum = createHash('sha256').update(process.version);
  const files = globSync(SOURCES, { cwd: ROOT }).filter(
    (file) => !/\.test\.tsx?$|\.attune-stamp$/.test(file),
  );
  for (const file of files.toSorted()) {
    if (statSync(inRoot(file)).isFile())
      sum
        .update(file)
        .update('\0')
        .update(readFileSync(inRoot(file)));
  }
  return sum.digest('hex');
}
