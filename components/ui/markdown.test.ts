import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { Markdown } from './markdown.tsx';

const rendered = (text: string): string =>
  renderToStaticMarkup(createElement(Markdown, { text })).replace(/ class="[^"]*"/g, '');

test('headings, lists, tables and code of a README are elements, its headings below those of the page', () => {
  const html = rendered(
    '# Pack\n\n- one\n- two\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n\n```sh\nls\n```',
  );
  expect(html).toContain('<h3>Pack</h3>');
  expect(html).toContain('<li>one</li>');
  expect(html).toContain('<td>1</td>');
  expect(html).toMatch(/<pre[^>]*><code>ls\n<\/code><\/pre>/);
  expect(html).not.toMatch(/<h[12]\b/);
});

test.each([
  ['a script', 'before <script>alert(1)</script> after'],
  ['a handler', '<img src=x onerror="alert(1)">'],
  ['a frame', '<iframe src="https://example.com"></iframe>'],
  ['a block of HTML', '<div onclick="alert(1)">\n\ntext\n\n</div>'],
  ['a form', '<form action="/api/v1/keys"><input name="a"></form>'],
  ['a style', '<style>body{display:none}</style>'],
])('%s in it becomes no element', (_, text) => {
  expect(rendered(text)).not.toMatch(/<(?:script|img|iframe|form|input|style)\b|onerror=|onclick=/);
});

test.each([
  'javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  'data:text/html;base64,PHNjcmlwdD4=',
  'vbscript:x',
  '/executions',
  '//example.com',
  '../secret',
  '#part',
])('a link to %s is only its words', (target) => {
  expect(rendered(`[words](${target})`)).not.toContain('<a');
  expect(rendered(`[words](${target})`)).toContain('words');
  expect(rendered(`[words][1]\n\n[1]: ${target}`)).not.toContain('<a');
});

test('a link to another site tells it neither where one comes from nor who opened it', () => {
  expect(rendered('[site](https://example.com/a)')).toContain(
    '<a href="https://example.com/a" rel="noopener noreferrer nofollow">site</a>',
  );
});

test('a picture is named and not fetched', () => {
  const html = rendered('![the board](https://example.com/spy.png)');
  expect(html).toContain('the board');
  expect(html).not.toContain('spy.png');
});
