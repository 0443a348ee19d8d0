import { expect, test } from 'vitest';
import { operations } from '#lib/contracts/index.ts';
import type { Operation, TokenKind } from '#lib/contracts/operation.ts';

const KINDS: readonly TokenKind[] = ['identity', 'execution', 'sensor'];

const HEAD = `# Who may call what

Every operation of the API, the kinds of tokens that it takes and the permission that it asks for. This page is made from the operations themselves: \`npx vitest run --project unit test/security/operations-page.test.ts -u\` writes it anew, and \`npm test\` fails when it is out of date. \`e2e/who-may-call.spec.ts\` asks a running server each of these lines with every kind of token, and in other spellings.

- **Person**: the session, access token or API token of an identity. The permission is asked of it; a restricted API token holds what both it and its owner hold.
- **Run**: the token of an attempt. It acts for its own execution; what goes beyond that, its permission sets have to grant.
- **Sensor**: the token of a sensor. It sees its own triggers, their rules and its own keys.
- An operation that is open takes no token at all. What is not the caller's is answered with 404, as if it were not there.
`;

const mark = ({ access }: Operation, kind: TokenKind): string =>
  access !== 'anyone' && access.tokens.includes(kind) ? 'yes' : '–';

function permissionOf({ access }: Operation): string {
  if (access === 'anyone') return 'open';
  return access.permission === null ? 'none for oneself' : `\`${access.permission}\``;
}

const rowOf = (operation: Operation): string =>
  `| ${[
    `\`${operation.method} ${operation.path}\``,
    operation.summary,
    permissionOf(operation),
    ...KINDS.map((kind) => mark(operation, kind)),
  ].join(' | ')} |`;

function sectionOf(tag: string): string {
  const rows = operations.filter((one) => one.tag === tag).map(rowOf);
  return [
    `## ${tag.charAt(0).toUpperCase()}${tag.slice(1)}`,
    '',
    '| Operation | | Permission | Person | Run | Sensor |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

test('docs/operations.md says of every operation who may call it', async () => {
  const tags = [...new Set(operations.map(({ tag }) => tag))];
  const page = [HEAD, ...tags.map(sectionOf)].join('\n');
  await expect(page).toMatchFileSnapshot('../../docs/operations.md');
});
