import { statSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { formatOwner, isOwnerGone, ownerName, parseOwner } from './owner.ts';

const ourselves = () => {
  const owner = parseOwner(ownerName());
  if (owner === null) throw new Error(`not a name of an owner: ${ownerName()}`);
  return owner;
};

describe('an owner', () => {
  test('is named so that the name says who it is', () => {
    expect(formatOwner(ourselves())).toBe(ownerName());
    expect(ourselves().pid).toBe(process.pid);
  });

  test.each(['1234', 'sensor-1-2', 'w-1-2', `${ownerName()}x`])('is not read from %s', (name) => {
    expect(parseOwner(name)).toBeNull();
  });
});

describe('isOwnerGone', () => {
  const now = Date.now();
  const hourLater = now + 3_600_000;

  test('a process that lives is not gone, however silent', () => {
    expect(isOwnerGone(ourselves(), [], hourLater)).toBe(false);
  });

  test('a later process with the same pid is somebody else', () => {
    expect(isOwnerGone({ ...ourselves(), startTicks: '1' }, [])).toBe(true);
  });

  test('whoever lived before the machine was started anew is gone', () => {
    expect(isOwnerGone({ ...ourselves(), boot: '000000' }, [])).toBe(true);
  });

  test.each([
    ['in another container', { namespace: '000000' }],
    ['on another machine', { machine: '000000', boot: '000000' }],
  ])('a worker %s is gone once it gives no sign of life', (_, elsewhere) => {
    const owner = { ...ourselves(), ...elsewhere };
    const place = import.meta.dirname;
    const touchedAt = statSync(place).mtimeMs;

    expect(isOwnerGone(owner, [place], touchedAt + 60_000)).toBe(false);
    expect(isOwnerGone(owner, [place], touchedAt + 3_600_000)).toBe(true);
  });
});
