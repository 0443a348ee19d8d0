import { describe, expect, test } from 'vitest';
import { LOGIN_LIMITS, LOGIN_WINDOW_SECONDS, type PastLogin, secondsToWait } from './rate-limit.ts';

const HERE = { login: 'ada', address: '10.0.0.1', device: null };

const wrong = (count: number, more: Partial<PastLogin> = {}): PastLogin[] =>
  Array.from({ length: count }, (_, n) => ({
    ...HERE,
    isRight: false,
    ageSeconds: n + 1,
    ...more,
  }));

const oneEach = (count: number, more: (n: number) => Partial<PastLogin>): PastLogin[] =>
  Array.from({ length: count }, (_, n) => wrong(1, more(n))).flat();

const right = (more: Partial<PastLogin> = {}): PastLogin => ({
  ...HERE,
  isRight: true,
  ageSeconds: 1,
  ...more,
});

describe('a login', () => {
  test('may be tried so often, and again when the oldest wrong one has left the window', () => {
    const { here } = LOGIN_LIMITS;
    expect(secondsToWait(wrong(here - 1), HERE)).toBe(0);
    expect(secondsToWait(wrong(here), HERE)).toBe(LOGIN_WINDOW_SECONDS - here);
    expect(secondsToWait(wrong(here, { ageSeconds: LOGIN_WINDOW_SECONDS - 0.1 }), HERE)).toBe(1);
  });

  test('starts anew after the right password', () => {
    expect(secondsToWait([right(), ...wrong(30)], HERE)).toBe(0);
    expect(secondsToWait([...wrong(5), right(), ...wrong(30)], HERE)).toBe(0);
    expect(secondsToWait([right({ address: '10.9.9.9' }), ...wrong(30)], HERE)).toBeGreaterThan(0);
  });

  test('that is guessed from one address can still be tried from another', () => {
    expect(secondsToWait(wrong(49), { ...HERE, address: '10.0.0.2' })).toBe(0);
  });

  test('that is guessed from everywhere is closed to strangers, but not to a browser that is known', () => {
    const past = oneEach(LOGIN_LIMITS.login, (n) => ({ address: `10.1.0.${n}` }));
    expect(secondsToWait(past, HERE)).toBeGreaterThan(0);
    expect(secondsToWait(past, { ...HERE, device: 'd1' })).toBe(0);
    const ofDevice = wrong(LOGIN_LIMITS.here, { device: 'd1' });
    expect(secondsToWait(ofDevice, { ...HERE, device: 'd1' })).toBeGreaterThan(0);
    expect(secondsToWait(ofDevice, HERE)).toBe(0);
  });
});

test('an address that tries one login after the other is closed for all of them', () => {
  const past = oneEach(LOGIN_LIMITS.address, (n) => ({ login: `user${n}` }));
  expect(secondsToWait(past, HERE)).toBeGreaterThan(0);
  expect(secondsToWait(past, { ...HERE, address: '10.0.0.2' })).toBe(0);
});

test('addresses that nobody knows are not taken for one', () => {
  const past = oneEach(200, (n) => ({ address: null, login: `user${n}` }));
  expect(secondsToWait(past, { ...HERE, address: null })).toBe(0);
});
