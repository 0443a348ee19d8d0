import { describe, expect, test } from 'vitest';
import { parseWebhookBody } from './webhook-body.ts';

const json = 'application/json; charset=utf-8';

describe('the body of a webhook', () => {
  test.each([
    ['{"payload":{"a":1},"headers":{}}', json, { a: 1 }, true],
    ['{"payload":null}', json, null, true],
    ['{"a":1}', json, { a: 1 }, false],
    ['[1,2]', json, [1, 2], false],
    ['{"a":1}', null, { a: 1 }, false],
    ['', json, null, false],
    ['a=1&b=2&a=3', 'application/x-www-form-urlencoded', { a: ['1', '3'], b: '2' }, false],
    [
      'payload=%7B%22ref%22%3A%22main%22%7D',
      'application/x-www-form-urlencoded',
      { ref: 'main' },
      true,
    ],
    ['payload=hello', 'application/x-www-form-urlencoded', 'hello', true],
    ['all is well', 'text/plain', 'all is well', false],
  ])('%j of type %s', (text, type, payload, wrapped) => {
    expect(parseWebhookBody(text, type)).toEqual({ ok: true, payload, wrapped });
  });

  test('that is no JSON is refused without being quoted', () => {
    const result = parseWebhookBody('{"password":"hunter2"', json);
    expect(result).toMatchObject({ ok: false });
    expect(JSON.stringify(result)).not.toContain('hunter2');
  });
});
