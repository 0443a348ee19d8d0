import { symbols } from 'pino';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { log } from './log.ts';
import { keepOutOfLogs } from './log-redaction.ts';

const SECRET = 'correct-horse/battery+staple';
const JWT = `eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiIxMiJ9.${'c2ln'.repeat(10)}`;

/** Every way in which a tool may have written it down. */
const FORMS = [
  SECRET,
  Buffer.from(SECRET).toString('base64'),
  Buffer.from(`a${SECRET}`).toString('base64url'),
  Buffer.from(SECRET).toString('hex'),
  encodeURIComponent(SECRET),
];
const SHAPES = [
  JWT,
  `Bearer ${'x'.repeat(20)}`,
  'attune_it_abcdefghijklmnop',
  'postgresql://attune:hunter2@db/attune',
];

const written: string[] = [];
beforeAll(() => {
  keepOutOfLogs([{ name: 'platform secret', value: SECRET }]);
  log.level = 'debug';
});
afterEach(() => void written.splice(0));

/** The finished lines, as they leave for standard output. */
function linesOf(say: () => void): string {
  const stream = Reflect.get(log, symbols.streamSym) as { write: (line: string) => void };
  const spy = vi.spyOn(stream, 'write').mockImplementation((line) => void written.push(line));
  try {
    say();
  } finally {
    spy.mockRestore();
  }
  return written.join('');
}

describe.each(['debug', 'info', 'warn', 'error'] as const)('a line of level %s', (level) => {
  test.each([...FORMS, ...SHAPES])('holds no %j, wherever it was put', (secret) => {
    const cause = new Error(`cause: ${secret}`);
    const error = Object.assign(new Error(`broke on ${secret}`, { cause }), { code: secret });
    const lines = linesOf(() => {
      log[level](`said ${secret}`);
      log[level]({ err: error }, 'with an error');
      log[level](error);
      log[level]({ a: { b: [{ c: `x ${secret} y` }], [secret]: 1 } }, 'deep %s', secret);
      log.child({ bound: secret })[level]('by a child');
    });

    expect(lines.split('\n').filter(Boolean)).toHaveLength(5);
    expect(lines).not.toContain(secret);
    expect(lines).not.toContain('hunter2');
  });

  test('holds no value that has the name of a secret, and still tells how many there are', () => {
    const lines = linesOf(() =>
      log[level](
        { headers: { authorization: 'x1y2z3', cookie: 'x1y2z3' }, login: { password: 'x1y2z3' } },
        'a request',
      ),
    );
    expect(lines).not.toContain('x1y2z3');
    expect(JSON.parse(lines)).toMatchObject({ login: { password: '[masked]' }, msg: 'a request' });
  });
});

test('what is no secret is written as it was', () => {
  const err = new Error('relation "x" does not exist');
  const [line = ''] = linesOf(() => log.info({ executionId: 17, tokens: 3, err }, 'ended')).split(
    '\n',
  );
  expect(JSON.parse(line)).toMatchObject({
    level: 30,
    executionId: 17,
    tokens: 3,
    msg: 'ended',
    err: { type: 'Error', message: err.message, stack: err.stack },
  });
});
