import { expect, test } from 'vitest';
import { type ServerSentEvent, sseResponse } from './sse.ts';

const request = new Request('http://x/');

/** Says one thing and waits for ever, as long as somebody listens. */
async function* silence(signal: AbortSignal): AsyncGenerator<ServerSentEvent> {
  yield { event: 'look', data: {} };
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}

test('a stream ends once its reader would not be let in again', async () => {
  let looks = 0;
  const isStillAdmitted = async () => ++looks < 3;
  const response = sseResponse({ request, isStillAdmitted }, silence, 5);

  expect(await response.text()).toBe(
    'retry: 1000\n\nevent: look\ndata: {}\n\n: still here\n\n: still here\n\n',
  );
  expect(looks).toBe(3);
});

test('a stream lives on, and asks only once, while nobody can tell whether its reader would be let in', async () => {
  let looks = 0;
  const isStillAdmitted = () => {
    looks += 1;
    return new Promise<boolean>(() => {});
  };
  const response = sseResponse({ request, isStillAdmitted }, silence, 5);
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += new TextDecoder().decode(chunk);
    if (text.split(': still here').length > 3) break;
  }
  expect(looks).toBe(1);
});
