import { describe, expect, test } from 'vitest';
import { readJson } from './body.ts';

const post = (body: string) => new Request('http://localhost/', { method: 'POST', body });

describe('a body', () => {
  test.each([
    ['{"parameters":{"__proto__":{"admin":true}}}', 'body.parameters.__proto__'],
    ['{"a":[1,{"__proto__":1}]}', 'body.a[1].__proto__'],
    ['{"\\u005f_proto__":1}', 'body.__proto__'],
    ['{"odd key":{"__proto__":1}}', 'body["odd key"].__proto__'],
    ['[{"__proto__":1}]', 'body[0].__proto__'],
  ])('%s is refused with the path of its key', async (text, path) => {
    await expect(readJson(post(text))).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
      details: [{ path }],
    });
  });

  test('may say that word anywhere but as a key, and has other names of the language as they are', async () => {
    const value = { constructor: ['__proto__', { prototype: 1 }], _proto_: 1 };
    expect(await readJson(post(JSON.stringify(value)))).toEqual(value);
  });

  test('that is nested without end is refused, and not walked to its end', async () => {
    const text = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    await expect(readJson(post(text))).rejects.toMatchObject({ code: 'VALIDATION_ERROR' });
  });
});
