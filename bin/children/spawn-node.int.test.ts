import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { developmentSecretsOf, spawnNode } from './spawn-node.ts';
import { stopGroup } from './supervise.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'attune-spawn-'));
const program = join(dataDir, 'say-secrets.mjs');
const SECRETS = { DATABASE_URL: `postgresql://${'secret-word'.repeat(10)}` };

const SOURCE = `const handedOver = globalThis[Symbol.for('attune.secrets')];
   console.log(JSON.stringify({ url: handedOver.DATABASE_URL, pid: process.pid }));
   setInterval(() => {}, 1000);`;

writeFileSync(program, SOURCE);
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

interface Said {
  readonly url: string;
  readonly pid: number;
}

/** Starts it and keeps what it says. */
function run(args: readonly string[], forks: boolean) {
  const child = spawnNode({ args, secrets: SECRETS, dataDir, forks });
  const said: Said[] = [];
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    said.splice(0, said.length, ...sayings(output));
  });
  return { child, said };
}

const sayings = (output: string): Said[] =>
  output
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line) as Said);

const isGone = (pid: number) => {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
};

test('a program gets its secrets through a descriptor', async () => {
  const { child, said } = run([program], false);
  await expect.poll(() => said[0]?.url, { timeout: 10_000 }).toBe(SECRETS.DATABASE_URL);
  await stopGroup(child, 2_000);
});

test('a program that reloads gets its secrets again with each reload, from a file for its user alone', async () => {
  const { child, said } = run(['--watch', program], true);
  await expect.poll(() => said.length, { timeout: 10_000 }).toBe(1);
  expect(statSync(developmentSecretsOf(dataDir)).mode & 0o777).toBe(0o600);

  await expect
    .poll(
      () => {
        writeFileSync(program, `${SOURCE}\n`); // again and again: the watcher may not look yet
        return said.length;
      },
      { timeout: 20_000, interval: 500 },
    )
    .toBeGreaterThan(1);
  expect(new Set(said.map(({ url }) => url))).toEqual(new Set([SECRETS.DATABASE_URL]));
  await stopGroup(child, 5_000);
  const last = said.at(-1)?.pid ?? 0;
  await expect.poll(() => isGone(last), { timeout: 5_000 }).toBe(true);
});

test('a process that was forked does not outlive the one that forked it', async () => {
  const { child, said } = run(['--watch', program], true);
  await expect.poll(() => said.length, { timeout: 10_000 }).toBeGreaterThan(0);
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
  await expect.poll(() => said.every(({ pid }) => isGone(pid)), { timeout: 5_000 }).toBe(true);
});
