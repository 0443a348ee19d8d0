import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { inRoot } from '#bin/paths.ts';

const Lock = z.object({
  packages: z.record(
    z.string(),
    z.object({ optionalDependencies: z.record(z.string(), z.string()).optional() }),
  ),
});

test('package-lock.json has the packages of every platform, without which npm ci refuses it', () => {
  const { packages } = Lock.parse(JSON.parse(readFileSync(inRoot('package-lock.json'), 'utf8')));
  const isLocked = (from: string, name: string): boolean => {
    if (packages[`${from === '' ? '' : `${from}/`}node_modules/${name}`] !== undefined) return true;
    return (
      from !== '' &&
      isLocked(from.slice(0, Math.max(0, from.lastIndexOf('node_modules/') - 1)), name)
    );
  };
  const missing = Object.entries(packages).flatMap(([where, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter((name) => !isLocked(where, name)),
  );
  expect(missing).toEqual([]);
});
