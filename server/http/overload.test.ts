import { expect, test } from 'vitest';
import { makeRoom } from './overload.ts';

const MIB = 1024 * 1024;
const post = (headers: Record<string, string>) =>
  new Request('http://x/', { method: 'POST', headers });
const ofSize = (bytes: number) => post({ 'content-length': String(bytes) });

/** Takes room until there is none. */
function fill(request: Request): Disposable[] {
  const taken: Disposable[] = [];
  try {
    for (;;) taken.push(makeRoom(request));
  } catch {
    return taken;
  }
}

const empty = (taken: readonly Disposable[]) => {
  for (const room of taken) room[Symbol.dispose]();
};

test('takes 32 bodies of 1 MiB at once, and the next one when one of them is answered', () => {
  const taken = fill(ofSize(MIB));
  expect(taken).toHaveLength(32);

  taken.pop()?.[Symbol.dispose]();

  taken.push(makeRoom(ofSize(MIB)));
  expect(() => makeRoom(ofSize(MIB))).toThrow(
    expect.objectContaining({ code: 'TOO_MANY_REQUESTS', retryAfterSeconds: 1 }),
  );
  empty(taken);
});

test('counts a body of unknown length as large as one may be', () => {
  const taken = fill(post({ 'transfer-encoding': 'chunked' }));
  expect(taken).toHaveLength(32);
  empty(taken);
});

test('refuses no one who only reads, however full it is', () => {
  const taken = fill(ofSize(MIB));
  expect(() => makeRoom(new Request('http://x/'))).not.toThrow();
  empty(taken);
});

test('lets one alone pass, so that its reader can say that it is too large', () => {
  expect(() => makeRoom(ofSize(100 * MIB))[Symbol.dispose]()).not.toThrow();
});
