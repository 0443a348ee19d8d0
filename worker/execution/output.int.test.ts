import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { config } from '#server/config.ts';
import { sql } from '#server/db/sql.ts';
import { getExecution, listAttempts } from '#server/executions/service.ts';
import { ada, ask } from '#test/executions.ts';
import { aRunningWorker, aScript, type TestWorker } from '#test/worker.ts';
import { below, listProcesses } from '../../e2e/processes.ts';

const IS_DEEP = process.env['ATTUNE_TEST_DEEP'] === '1';
const MB = 1024 * 1024;

// At its default only with the full numbers; three bursts of 10 MB must fit below it.
if (!IS_DEEP) process.env['LOG_BYTES_MAX'] = String(40 * MB);

let worker: TestWorker;
beforeAll(async () => {
  worker = await aRunningWorker();
});
afterAll(() => worker[Symbol.asyncDispose]());

/** Runs a script to its end. */
async function run(script: string, runner: 'shell' | 'nodejs' = 'nodejs') {
  const id = await ask({}, { action_ref: await aScript(script, runner) });
  await worker.run(id);
  const [attempt] = await listAttempts(ada, id);
  return { id, execution: await getExecution(ada, id), attempt };
}

/** What the log holds of a stream, as one digest: the database does the adding up. */
async function stored(id: number, stream: string): Promise<{ bytes: number; sha: string }> {
  const rows = await sql.query<{ content: Buffer }>(
    'select content from log_chunk where execution_id = $1 and stream = $2 order by seq',
    [id, stream],
  );
  const hash = createHash('sha256');
  for (const { content } of rows) hash.update(content);
  return {
    bytes: rows.reduce((sum, { content }) => sum + content.length, 0),
    sha: hash.digest('hex'),
  };
}

const digest = (bytes: Buffer): { bytes: number; sha: string } => ({
  bytes: bytes.length,
  sha: createHash('sha256').update(bytes).digest('hex'),
});

const writeAll = (text: string): string =>
  `const all = ${text}; let at = 0; const fs = require('fs');
   while (at < all.length) { try { at += fs.writeSync(1, all, at) } catch (e) { if (e.code !== 'EAGAIN') throw e } }`;

describe('the stored bytes equal the written bytes', () => {
  test('when they come one at a time', async () => {
    const { id, execution } = await run(
      `const fs = require('fs'); for (let i = 0; i < 3000; i++) fs.writeSync(1, Buffer.from([97 + i % 26]))`,
    );
    const written = Buffer.from(Array.from({ length: 3000 }, (_, i) => 97 + (i % 26)));
    expect(await stored(id, 'stdout')).toEqual(digest(written));
    expect(execution.status).toBe('completed');
  });

  test('in bursts of 10 MB, on both streams', async () => {
    const { id, execution } = await run(
      `const fs = require('fs');
       const burst = (fd, byte) => { const all = Buffer.alloc(10 * 1024 * 1024, byte); let at = 0; while (at < all.length) at += fs.writeSync(fd, all, at) };
       burst(1, 'a'); burst(2, 'b'); burst(1, 'c');`,
    );
    expect(await stored(id, 'stdout')).toEqual(
      digest(Buffer.concat([Buffer.alloc(10 * MB, 'a'), Buffer.alloc(10 * MB, 'c')])),
    );
    expect(await stored(id, 'stderr')).toEqual(digest(Buffer.alloc(10 * MB, 'b')));
    expect(execution.status).toBe('completed');
  });

  test('without a line break at the end, and with no output at all', async () => {
    expect(await stored((await run('printf no-newline', 'shell')).id, 'stdout')).toEqual(
      digest(Buffer.from('no-newline')),
    );
    expect(await stored((await run(':', 'shell')).id, 'stdout')).toEqual(digest(Buffer.alloc(0)));
  });

  test('when they are no UTF-8, and the result is text all the same', async () => {
    const all = Buffer.from(Array.from({ length: 70_000 }, (_, i) => (i * 7) % 256));
    const { id, execution } = await run(
      writeAll('Buffer.from(Array.from({ length: 70000 }, (_, i) => (i * 7) % 256))'),
    );
    expect(await stored(id, 'stdout')).toEqual(digest(all));
    expect(execution).toMatchObject({ status: 'completed', result: { succeeded: true } });
  });
});

describe('the fate of a run', () => {
  test('does not depend on a stdout that it closed', async () => {
    const { execution } = await run('exec >&- 2>&-; exit 3', 'shell');
    expect(execution).toMatchObject({ status: 'failed', exit_code: 3 });
  });

  test('does not depend on a grandchild that keeps stdout open', async () => {
    const from = Date.now();
    const { execution } = await run('sleep 60 & echo done', 'shell');
    expect(execution.status).toBe('completed');
    expect(Date.now() - from).toBeLessThan(10_000);
  });
});

test(`output beyond the cap is not kept: the log says so, the run goes on, memory stays bounded`, async () => {
  const cap = config().LOG_BYTES_MAX;
  const total = IS_DEEP ? 1024 * MB : cap + 20 * MB;
  const before = process.memoryUsage.rss();
  let peak = before;
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 50);
  const { id, execution, attempt } = await run(
    `const fs = require('fs'); const one = Buffer.alloc(1024 * 1024, 'x'); let left = ${total};
     while (left > 0) left -= fs.writeSync(1, one, 0, Math.min(left, one.length)); process.exitCode = 0`,
  );
  clearInterval(watch);

  expect(execution).toMatchObject({ status: 'completed', exit_code: 0 });
  expect(attempt).toMatchObject({ stdout_bytes: total, truncated_bytes: total - cap });
  const [row] = await sql.query<{ bytes: number }>(
    `select sum(length(content)) as bytes from log_chunk where execution_id = $1 and stream = 'stdout'`,
    [id],
  );
  expect(Number(row?.bytes)).toBe(cap);
  const system = await sql.query<{ line: string }>(
    `select convert_from(content, 'utf8') as line from log_chunk where execution_id = $1 and stream = 'system'`,
    [id],
  );
  expect(system.map(({ line }) => line).join('')).toContain(
    `The log holds ${cap} bytes and is full`,
  );
  const host = hostPeakMegabytes();
  expect((peak - before) / MB).toBeLessThan(150);
  expect(host).toBeGreaterThan(0);
  expect(host).toBeLessThan(128);
  process.stdout.write(
    `${total / MB} MiB of output: peak of the worker's memory +${Math.round((peak - before) / MB)} MiB, of the host's ${Math.round(host)} MiB\n`,
  );
}, 180_000);

/** The most memory that the process host of this process ever had. */
function hostPeakMegabytes(): number {
  const hosts = below([process.pid], listProcesses()).filter(({ command }) =>
    /^\S*node .*process-host\.mjs/.test(command),
  );
  const peaks = hosts.map(({ pid }) =>
    Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0),
  );
  return Math.max(0, ...peaks) / 1024;
}
