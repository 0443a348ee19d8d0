import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { spawnNode } from '#bin/children/spawn-node.ts';
import { inRoot } from '#bin/paths.ts';
import { Problem } from '#bin/problem.ts';
import { step } from '#bin/screen.ts';
import { secrets } from '#bin/secrets.ts';
import { migrate } from '#server/schema/migrate.ts';

interface Prepare {
  readonly url: string;
  readonly dataDir: string;
}

/**
 * Schema, queues, core pack, permission sets, first admin; safe to repeat.
 *
 * @returns the first admin's password when it was just made up, to be shown once
 */
export async function prepareDatabase({ url, dataDir }: Prepare): Promise<string | null> {
  return await step('Preparing the database', async () => {
    await migrate(url); // here as well: its refusals are sentences
    const args = [inRoot('bin/start/prepare-program.ts')];
    const child = spawnNode({ args, secrets: secrets(), dataDir });
    const { stdout, stderr } = child;
    if (stdout === null || stderr === null) throw new Error('It was started without pipes.');
    const [out, words, [code]] = await Promise.all([
      text(stdout),
      text(stderr),
      once(child, 'close'),
    ]);
    if (code === 0) return resultOf(out);
    const reason = /^\w*Error: (.*)$/m.exec(words)?.[1] ?? words.trim();
    throw new Problem(`The database could not be filled: ${reason}`, 'database-prepare');
  });
}

function resultOf(out: string): string | null {
  const line = out.trimEnd().split('\n').at(-1) ?? '';
  const { adminPassword } = JSON.parse(line) as { adminPassword: string | null };
  return adminPassword;
}

/** Connections that nobody needs any more would only complain when Postgres is stopped. */
export async function closePlumbing(): Promise<void> {
  const { closeQueue } = await import('#server/queue/queue.ts');
  const { closeDb } = await import('#server/db/prisma.ts');
  const { closePool } = await import('#server/db/pool.ts');
  await closeQueue();
  await closeDb();
  await closePool();
}
