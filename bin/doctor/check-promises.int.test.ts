import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { inRoot } from '#bin/paths.ts';
import { sql } from '#server/db/sql.ts';
import { INVARIANTS } from '#server/invariants/check-invariants.ts';
import { ask } from '#test/executions.ts';

async function doctor(...options: string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(
    process.execPath,
    [inRoot('bin/cli.ts'), 'doctor', '--invariants', ...options],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const [output, [code]] = await Promise.all([
    text(child.stdout),
    once(child, 'exit') as Promise<[number | null]>,
  ]);
  return { code, output };
}

test(
  'the doctor says of each promise whether it holds, and fails when one does not',
  { timeout: 90_000 },
  async () => {
    const id = await ask();
    const healthy = await doctor();
    expect(healthy.output).toContain(`All ${INVARIANTS.length} hold.`);
    expect(healthy.output.match(/✓/g)).toHaveLength(INVARIANTS.length);
    expect(healthy.code).toBe(0);

    await sql.query(`update execution set deadline_at = now() - interval '1 hour' where id = $1`, [
      id,
    ]);
    const sick = await doctor();
    expect(sick.output).toMatch(
      /✗ Nothing waits .+ {2}\(waits-end-in-time: 1\)\n {6}execution \d+ /,
    );
    expect(sick.code).toBe(1);

    const { invariants } = JSON.parse((await doctor('--json')).output) as {
      invariants: { invariant: string; holds: boolean; count: number }[];
    };
    expect(invariants).toHaveLength(INVARIANTS.length);
    expect(invariants.filter(({ holds }) => !holds)).toMatchObject([
      { invariant: 'waits-end-in-time', count: 1 },
    ]);
  },
);
