import { describe, expect, test } from 'vitest';
import { createMasker, maskText } from './index.ts';

const utf8 = (text: string) => new TextEncoder().encode(text);
const SECRET = 'p4ss/wörd+"x"\\ y~z';
const masker = createMasker([{ name: 'db', value: SECRET }]);
const MASK = maskText('db');

describe('a secret is masked', () => {
  test('as it is, everywhere, and counted', () => {
    const stream = masker.stream();
    const out = Buffer.concat([
      stream.write(utf8(`a ${SECRET}${SECRET} b`)),
      stream.end(),
    ]).toString();
    expect(out).toBe(`a ${MASK}${MASK} b`);
    expect(stream.counts).toEqual(new Map([['db', 2]]));
  });

  test.each([0, 1, 2, 3, 4, 5])('in base64, with %i bytes in front of it', (before) => {
    for (const after of ['', 'x', 'xy', 'xyz']) {
      const encoded = Buffer.from('-'.repeat(before) + SECRET + after).toString('base64');
      for (const form of [
        encoded,
        encoded.replace(/=+$/, ''),
        encoded.replaceAll('+', '-').replaceAll('/', '_'),
      ]) {
        const out = masker.text(`[${form}]`);
        expect(out).toContain(MASK);
        // Only characters that share bits with the neighbours may be left.
        expect(out.replace(MASK, '').length - 2).toBeLessThanOrEqual(
          Math.ceil((before * 8) / 6) + 6 + 4,
        );
      }
    }
  });

  test('alone in base64, padding included', () => {
    expect(masker.text(btoa(String.fromCharCode(...utf8(SECRET))))).toBe(MASK);
  });

  test('in hex of both cases', () => {
    const hex = Buffer.from(SECRET).toString('hex');
    expect(masker.text(`${hex} ${hex.toUpperCase()}`)).toBe(`${MASK} ${MASK}`);
  });

  test.each([
    ['encodeURIComponent', encodeURIComponent(SECRET)],
    [
      'lower-case codes',
      encodeURIComponent(SECRET).replaceAll(/%../g, (code) => code.toLowerCase()),
    ],
    ['a form', new URLSearchParams({ a: SECRET }).toString().slice(2)],
    ['a query', new URL(`http://x/?a=${encodeURIComponent(SECRET)}`).search.slice(3)],
  ])('in a URL: %s', (_, form) => {
    expect(masker.text(`[${form}]`)).toBe(`[${MASK}]`);
  });

  test('in JSON, also with everything but ASCII escaped', () => {
    const plain = JSON.stringify(SECRET).slice(1, -1);
    expect(masker.text(plain)).toBe(MASK);
    expect(masker.text(plain.replaceAll('ö', String.raw`\u00f6`))).toBe(MASK);
    expect(masker.text(plain.replaceAll('/', String.raw`\/`))).toBe(MASK);
  });

  test.each([76, 64])('when base64 breaks a long one after %i characters', (width) => {
    const token = 'eyJhbGciOiJFZERTQSJ9.'.repeat(20);
    const lines = btoa(token).match(new RegExp(`.{1,${width}}`, 'g')) ?? [];
    const out = createMasker([{ name: 't', value: token }]).text(lines.join('\n'));
    expect(
      out
        .split('\n')
        .filter((line) => line !== '[masked: t]')
        .join('').length,
    ).toBeLessThan(8);
  });

  test('line by line when it has several, without the frame of a PEM block', () => {
    const pem =
      '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkq\r\nAoIBAQC7VJTUt9Us\n-----END PRIVATE KEY-----\n';
    const { text } = createMasker([{ name: 'pem', value: pem }]);
    expect(text('> AoIBAQC7VJTUt9Us\n> MIIEvQIBADANBgkq')).toBe('> [masked: pem]\n> [masked: pem]');
    expect(text('-----BEGIN PRIVATE KEY-----')).toBe('-----BEGIN PRIVATE KEY-----');
    expect(text(pem)).toBe('[masked: pem]');
  });

  test('leaf by leaf when it is JSON', () => {
    const value = JSON.stringify({
      user: 'robot',
      pin: 73519,
      nested: [{ token: 'abcd-efgh' }],
      on: true,
    });
    const { text } = createMasker([{ name: 'k', value }]);
    expect(text('robot 73519 abcd-efgh true')).toBe('[masked: k] [masked: k] [masked: k] true');
  });

  test('without the white space around it', () => {
    expect(createMasker([{ name: 'k', value: 'hunter2\n' }]).text('"hunter2"')).toBe(
      '"[masked: k]"',
    );
  });
});

describe('what is not masked', () => {
  test('is a value under 4 characters, and the encoded forms of one under 8', () => {
    const { text, names } = createMasker([
      { name: 'short', value: 'abc' },
      { name: 'medium', value: 'abcdefg' },
      { name: 'blank', value: '      ' },
    ]);
    expect(text('abc      ')).toBe('abc      ');
    expect(text('abcdefg')).toBe('[masked: medium]');
    expect(text(btoa('abcdefg'))).toBe(btoa('abcdefg'));
    expect(names).toEqual(['medium']);
  });

  test('comes through byte by byte, whatever bytes they are', () => {
    const bytes = Uint8Array.from({ length: 2_000 }, (_, i) => (i * 7) % 256);
    expect(masker.bytes(bytes)).toEqual(bytes);
    expect(createMasker([]).bytes(bytes)).toEqual(bytes);
  });

  test('is held back only while it may begin a secret', () => {
    const stream = createMasker([{ name: 'k', value: 'secret' }]).stream();
    const write = (text: string) => Buffer.from(stream.write(utf8(text))).toString();
    expect(write('no sec')).toBe('no ');
    expect(write('ond ')).toBe('second ');
    expect(write('secre')).toBe('');
    expect(write('t!')).toBe('[masked: k]!');
    expect(write('secr')).toBe('');
    expect(Buffer.from(stream.end()).toString()).toBe('secr');
  });

  test('is not the memory of the caller: a chunk may be used again', () => {
    const stream = createMasker([{ name: 'k', value: 'secret' }]).stream();
    const chunk = utf8('a sec');
    stream.write(chunk);
    chunk.fill(120);
    expect(Buffer.from(stream.write(utf8('ond'))).toString()).toBe('second');
  });
});

describe('secrets that overlap', () => {
  const overlapping = createMasker([
    { name: 'short', value: 'bcde' },
    { name: 'long', value: 'abcdefgh' },
    { name: 'other', value: 'ghij-klmn' },
  ]);

  test('are one place, named after the longest, and leave nothing behind', () => {
    expect(overlapping.text('x abcdefgh y')).toBe('x [masked: long] y');
    expect(overlapping.text('x bcdef y')).toBe('x [masked: short]f y');
    expect(overlapping.text('x abcdefghij-klmn y')).toBe('x [masked: other] y');
    expect(overlapping.text('bcdebcde')).toBe('[masked: short][masked: short]');
  });

  test('in an endless row are masked in bounded memory', () => {
    const stream = createMasker([{ name: 'a', value: 'aaaa' }]).stream();
    const chunk = new Uint8Array(10_000).fill(97);
    const out = [...Array(20).keys()].map(() => stream.write(chunk).length);
    expect(out.every((length) => length === 0)).toBe(true);
    expect(Buffer.from(stream.end()).toString()).toBe('[masked: a]');
  });
});

test('json masks leaves and keys, and numbers that are secrets; it stays JSON', () => {
  const { json } = createMasker([
    { name: 'k', value: 'hunter2!' },
    { name: 'n', value: '123456' },
  ]);
  const value = JSON.parse(
    '{"a":["hunter2!",123456,1234567,null,true],"hunter2!":{"__proto__":"hunter2!"}}',
  ) as never;
  expect(JSON.stringify(json(value))).toBe(
    '{"a":["[masked: k]","[masked: n]","[masked: n]7",null,true],"[masked: k]":{"__proto__":"[masked: k]"}}',
  );
});

test('json masks a secret that parsing has made another number', () => {
  const { json } = createMasker([
    { name: 'zeros', value: '0123456' },
    { name: 'long', value: '98765432109876543210' },
    { name: 'hex', value: '0xBC614E' },
    { name: 'structured', value: '{"pin":"0077001"}' },
    { name: 'short', value: '0042' },
  ]);
  const parsed = [123456, JSON.parse('98765432109876543210') as number, 12345678, 77001, 42];
  expect(json(parsed)).toEqual([
    '[masked: zeros]',
    '[masked: long]',
    '[masked: hex]',
    '[masked: structured]',
    42,
  ]);
});

test('text without a secret comes back as it was, halves of surrogates included', () => {
  expect(masker.text('a\uD800b')).toBe('a\uD800b');
});
