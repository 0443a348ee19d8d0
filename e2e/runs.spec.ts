import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { expect, productUrl, test } from './fixtures.ts';
import { PASSWORD } from './product.ts';

test('a run that ignores SIGTERM is killed after the grace, with all that it left behind, and the record says so', async ({
  api,
}) => {
  test.setTimeout(60_000);
  const run = await api.runToEnd('probe.refuse_to_die');
  const [attempt] = (await api.get(`/api/v1/executions/${run.id}/attempts`)).data;

  expect(run.status).toBe('timeout');
  expect(attempt.signals.map(({ signal }: { signal: string }) => signal)).toEqual([
    'SIGTERM',
    'SIGKILL',
  ]);
  expect(Date.parse(attempt.ended_at) - Date.parse(attempt.process_started_at)).toBeGreaterThan(
    10_500,
  );
  expect(attempt).toMatchObject({ processes_left: 0, kill_proven: true });
});

test('a running execution is cancelled: asked first, then gone, with who and why', async ({
  api,
}) => {
  const { id } = await api.run('probe.talk', { words: 100 });
  await expect.poll(() => api.logs(id)).toContain('word 1');

  const asked = (await api.post(`/api/v1/executions/${id}/cancel`, { reason: 'wrong table' })).data;
  const ended = await api.untilEnded(id);

  expect(asked.status).toBe('canceling');
  expect(ended).toMatchObject({
    status: 'cancelled',
    cancel_requested_by: 'admin',
    cancel_reason: 'wrong table',
  });
  expect((await api.ask('POST', `/api/v1/executions/${id}/cancel`, {})).status).toBe(409);
});

test('output that no text or JSON can hold ends in a completed run, stored safely and marked', async ({
  api,
}) => {
  const run = await api.runToEnd('probe.vomit');
  expect(run.status).toBe('completed');
  expect(JSON.stringify(run.result)).not.toContain('\\u0000');
  expect(run.result['data']).toEqual({ text: 'a\ufffdb\ufffd' });
  const bytes = await fetch(`${productUrl()}/api/v1/executions/${run.id}/logs?stream=stderr`, {
    headers: {
      authorization: `Bearer ${(await api.post('/auth/login', { login: 'admin', password: PASSWORD })).data.access_token}`,
    },
  }).then((response) => response.bytes());
  expect(Buffer.from(bytes.slice(0, 2)).toString('hex')).toBe('fffe');
});

test('a hundred runs asked for at once are all completed within 3 s', async ({ api }) => {
  await api.runToEnd('core.echo', { message: 'warm' });
  const burst = crypto.randomUUID();
  const from = Date.now();
  await Promise.all(
    Array.from({ length: 100 }, (_, n) =>
      api.run('core.echo', { message: `n ${n}` }, { trace_tag: burst }),
    ),
  );
  const ended = await api.untilAllEnded(burst, 100);

  expect(ended.map(({ status }) => status)).toEqual(Array(100).fill('completed'));
  const lastMs = Math.max(...ended.map(({ finished_at }) => Date.parse(finished_at ?? ''))) - from;
  test.info().annotations.push({ type: 'measured', description: `100 runs in ${lastMs} ms` });
  expect(lastMs).toBeLessThan(3_000);
});

test('the output of a run can be followed as it grows, and resumed where it was left', async ({
  api,
}) => {
  const { id } = await api.run('probe.talk', { words: 4 });
  const token = (await api.post('/auth/login', { login: 'admin', password: PASSWORD })).data
    .access_token as string;
  const all = await follow(id, token);
  const lastSeen = all.find(({ text }) => text.includes('word 1'))?.id ?? 0;
  const rest = await follow(id, token, lastSeen);

  expect(all.map(({ text }) => text).join('')).toContain('done talking');
  expect(rest.every(({ id: seq }) => seq > lastSeen)).toBe(true);
  expect(rest.map(({ text }) => text).join('')).toContain('done talking');
  expect(rest.length).toBeLessThan(all.length);
});

/** The `log` events of a stream, until it ends. */
async function follow(
  id: number,
  token: string,
  after?: number,
): Promise<{ id: number; text: string }[]> {
  const asked = request(`${productUrl()}/api/v1/executions/${id}/logs`, {
    headers: {
      accept: 'text/event-stream',
      authorization: `Bearer ${token}`,
      ...(after !== undefined && { 'last-event-id': String(after) }),
    },
  }).end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) {
    text += chunk;
    if (text.includes('event: end')) break;
  }
  asked.destroy();
  return text
    .split('\n\n')
    .filter((block) => block.includes('event: log'))
    .map((block) => {
      const data = JSON.parse(/^data: (.*)$/m.exec(block)?.[1] ?? '{}') as {
        seq: number;
        text: string;
      };
      return { id: data.seq, text: data.text };
    });
}
