import { afterEach, expect, test, vi } from 'vitest';
import { makeRoom, takeTurn } from './overload.ts';

const KIB = 1024;
const MIB = 1024 * KIB;
const SMALL = 64 * KIB;
const post = (headers: Record<string, string>) =>
  new Request('http://x/', { method: 'POST', headers });
const ofSize = (bytes: number) => post({ 'content-length': String(bytes) });
const ofUnknownSize = post({ 'transfer-encoding': 'chunked' });
const KNOWN = { access: { tokens: ['identity'], permission: null } } as const;
const STRANGER = { access: 'anyone' } as const;
const REFUSAL = expect.objectContaining({ code: 'TOO_MANY_REQUESTS', retryAfterSeconds: 1 });

/** What a test took, and gives back. */
const taken: Disposable[] = [];
const giveBack = () => taken.pop()?.[Symbol.dispose]();
const takeFour = async (operation: typeof KNOWN | typeof STRANGER) => {
  for (let n = 0; n < 4; n++) taken.push(await takeTurn(ofSize(MIB), operation));
};

afterEach(() => {
  vi.useRealTimers();
  for (const room of taken.splice(0)) room[Symbol.dispose]();
});

test('takes 32 MiB of small bodies at once, and the next one when one of them is answered', () => {
  for (let n = 0; n < 512; n++) taken.push(makeRoom(ofSize(SMALL)));
  expect(() => makeRoom(ofSize(SMALL))).toThrow(REFUSAL);
  expect(() => makeRoom(new Request('http://x/'))).not.toThrow();

  giveBack();

  taken.push(makeRoom(ofSize(SMALL)));
  expect(() => makeRoom(ofSize(SMALL))).toThrow(REFUSAL);
});

test('reads four large bodies at once, and the next ones in their order', async () => {
  await takeFour(KNOWN);
  const order: string[] = [];
  const wait = async (name: string, request: Request) => {
    taken.unshift(await takeTurn(request, KNOWN));
    order.push(name);
  };
  const both = [wait('first', ofSize(MIB)), wait('second', ofUnknownSize)];
  await takeTurn(ofSize(SMALL), KNOWN);
  expect(order).toEqual([]);

  giveBack();
  await both[0];
  expect(order).toEqual(['first']);
  giveBack();
  await both[1];
  expect(order).toEqual(['first', 'second']);
});

test('lets no stranger stand in the way of those who are known', async () => {
  await takeFour(STRANGER);
  await takeFour(KNOWN);
  expect(taken).toHaveLength(8);
});

test('tells who has waited for five seconds, or comes when a hundred wait, to come again', async () => {
  vi.useFakeTimers();
  await takeFour(KNOWN);
  const waiting = Array.from({ length: 100 }, () => takeTurn(ofSize(MIB), KNOWN));
  const answers = Promise.allSettled(waiting);
  await expect(takeTurn(ofSize(MIB), KNOWN)).rejects.toEqual(REFUSAL);

  await vi.advanceTimersByTimeAsync(5_000);

  expect(await answers).toEqual(waiting.map(() => ({ status: 'rejected', reason: REFUSAL })));
  giveBack();
  taken.push(await takeTurn(ofSize(MIB), KNOWN));
});
