import { describe, expect, test } from 'vitest';
import { type Trouble, troubleOf } from './trouble.ts';

const withCode = (code: string, more = {}) => Object.assign(new Error('x'), { code }, more);

describe('troubleOf', () => {
  test.each<[string, Trouble]>([
    ['57P01', 'away'],
    ['57P02', 'away'],
    ['57P03', 'away'],
    ['08006', 'away'],
    ['ECONNREFUSED', 'away'],
    ['P1001', 'away'],
    ['53300', 'busy'],
    ['57014', 'busy'],
    ['P2024', 'busy'],
    ['53100', 'full'],
    ['40001', 'conflict'],
    ['40P01', 'conflict'],
    ['P2034', 'conflict'],
  ])('reads %s as %s', (code, trouble) => {
    expect(troubleOf(withCode(code))).toBe(trouble);
  });

  test.each<[string, Trouble]>([
    ['timeout exceeded when trying to connect', 'busy'],
    ['Connection terminated unexpectedly', 'away'],
    ['Connection terminated due to connection timeout', 'away'],
    ['Query read timeout', 'away'],
    ['Client has encountered a connection error and is not queryable', 'away'],
  ])('reads «%s», which has no code, as %s', (message, trouble) => {
    expect(troubleOf(new Error(message))).toBe(trouble);
  });

  test('tells a socket that is missing from a file that is missing', () => {
    expect(troubleOf(withCode('ENOENT', { syscall: 'connect' }))).toBe('away');
    expect(troubleOf(withCode('ENOENT', { syscall: 'open' }))).toBeNull();
  });

  test('finds what the driver said below an error of Prisma', () => {
    const driverAdapterError = { cause: { kind: 'postgres', originalCode: '57P01' } };
    expect(troubleOf(withCode('P2010', { meta: { driverAdapterError } }))).toBe('away');
  });

  test('leaves alone what is no trouble of the database: its word on the data, a defect of ours', () => {
    expect(troubleOf(withCode('23505'))).toBeNull();
    expect(troubleOf(withCode('P2002'))).toBeNull();
    expect(troubleOf(new TypeError('x is not a function'))).toBeNull();
    expect(troubleOf('timeout')).toBeNull();
  });

  test('ends with a cause that is its own', () => {
    const error = new Error('round');
    error.cause = error;
    expect(troubleOf(error)).toBeNull();
  });
});
