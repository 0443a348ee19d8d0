import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { config } from '#server/config.ts';
import { getExecution } from '#server/executions/service.ts';
import { ada, ask } from '#test/executions.ts';
import { aRunningWorker, aScript } from '#test/worker.ts';
import { KINDS_TRIED, ownWays } from '#worker/host/conformance/ways.ts';
import { isDeep } from '../faults/depth.ts';
import { startWorker } from '../faults/product.ts';

const TIMEOUT_MS = isDeep ? 1_800_000 : 60_000;
/** Of each kind of isolation, and of a worker that is a process of its own: 1,000 in all when it is deep. */
const RUNS = isDeep ? 250 : 12;
const AT_ONCE = 4;

/** Everything that a run gets in confidence, and what the worker that runs it keeps. */
async function aSetting() {
  const words = { parameter: word(), variable: word() };
  const tokens: string[] = [];
  const server = createServer((socket) => {
    socket.setEncoding('utf8').on('data', (piece) => tokens.push(String(piece).trim()));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  // Long enough to be seen, and the token is given away by a way that leaves no command line.
  const script = `echo "$ATTUNE_API_TOKEN" > /dev/tcp/127.0.0.1/${port}; cat > /dev/null; sleep 0.05`;
  const columns = { param_schema: { password: { type: 'string', secret: true } } };
  const actions = await Promise.all(
    (['stdin', 'file'] as const).map((parameter_delivery) =>
      aScript(script, 'shell', { ...columns, parameter_delivery, parameter_format: 'dotenv' }),
    ),
  );
  const secretsOfRuns = () => [...Object.values(words), ...tokens];
  return {
    tokens,
    ask: (at: number) =>
      ask(
        {},
        {
          action_ref: actions[at % actions.length] ?? '',
          parameters: { password: words.parameter },
          env_vars: { CONFIDENTIAL: words.variable },
        },
      ),
    /** Which of them stand in command lines. */
    secretsIn: (lines: readonly string[]) => {
      const platform = [
        config().DATABASE_URL,
        config().ATTUNE_SESSION_SECRET,
        config().ATTUNE_ENCRYPTION_KEY,
      ];
      return [...secretsOfRuns(), ...platform].filter((one) =>
        lines.some((line) => line.includes(one)),
      );
    },
  };
}

const word = (): string => randomBytes(16).toString('hex');

async function sample() {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'sample-command-lines.ts')], {
    env: { PATH: '/usr/bin:/bin', NODE_ENV: 'test' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const all = text(child.stdout);
  await once(child.stdout, 'readable');
  return async (): Promise<string[]> => {
    child.stdin.end();
    const [, lines = '[]'] = (await all).split('\n');
    return JSON.parse(lines) as string[];
  };
}

/** Runs whose program the sampler saw at work. */
const seenOf = (ids: readonly number[], lines: readonly string[]): number[] =>
  ids.filter((id) => lines.some((line) => line.includes(`/${id}-1/action`)));

test.each(ownWays())(
  'no secret stands in a command line of any process while runs start, go on and end under %s',
  { timeout: TIMEOUT_MS },
  async (way) => {
    await using worker = await aRunningWorker(KINDS_TRIED[way]);
    const setting = await aSetting();
    const finish = await sample();
    const ids: number[] = [];
    while (ids.length < RUNS) {
      const some = await Promise.all(
        Array.from({ length: AT_ONCE }, (_, at) => setting.ask(ids.length + at)),
      );
      await Promise.all(some.map((id, slot) => worker.run(id, slot)));
      ids.push(...some);
    }
    const lines = await finish();

    expect(setting.secretsIn(lines)).toEqual([]);
    expect(new Set(setting.tokens).size).toBe(ids.length);
    // It would have been noticed.
    expect(seenOf(ids, lines).length).toBeGreaterThan(ids.length / 2);
  },
);

test(
  'nor in one of a worker that is started as in a product, or of what it starts',
  { timeout: TIMEOUT_MS },
  async () => {
    const setting = await aSetting();
    const finish = await sample();
    const worker = await startWorker();
    const ids = await Promise.all(Array.from({ length: RUNS }, (_, at) => setting.ask(at)));
    const statuses = async () =>
      new Set(await Promise.all(ids.map(async (id) => (await getExecution(ada, id)).status)));
    await expect
      .poll(statuses, { timeout: TIMEOUT_MS, interval: 100 })
      .toEqual(new Set(['completed']));
    worker.kill('SIGTERM');
    await worker.ended;
    const lines = await finish();

    expect(setting.secretsIn(lines)).toEqual([]);
    expect(new Set(setting.tokens).size).toBe(ids.length);
    expect(seenOf(ids, lines).length).toBeGreaterThan(ids.length / 2);
    expect(lines.some((line) => line.includes('worker/main.ts'))).toBe(true);
  },
);
