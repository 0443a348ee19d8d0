import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright/test';
import { paths } from '#lib/paths.ts';
import { expect, test, unique } from './fixtures.ts';

/** Markup of every kind; each would set `ran` or open a dialog. */
const MARKUP = [
  '<script>window.ran=1</script>',
  '<img src=x onerror="window.ran=1;alert(1)">',
  '<svg/onload=window.ran=1>',
  '"><iframe srcdoc="<script>parent.ran=1</script>"></iframe>',
  "'-alert(1)-'",
  '<a href="javascript:window.ran=1">click</a>',
  '[click](javascript:window.ran=1)',
  '</script><script>window.ran=1</script>',
  '</textarea><style>*{display:none}</style>',
  '{{constructor.constructor("window.ran=1")()}}',
];
const ALL = MARKUP.join(' ');

const LOG = String.raw`#!/bin/sh
cat <<'END'
${MARKUP.join('\n')}
END
printf '\033]8;;javascript:window.ran=1\033\\link one\033]8;;\033\\\n'
printf '\033]8;;javascript:window.ran=1\007link two\033]8;;\007\n'
printf '\033]0;<img src=x onerror=window.ran=1>\007title\n'
printf '\033[31m<img src=x onerror=window.ran=1>\033[0m\n'
printf '\033]8;;javascript:window.ran=1\n'
printf 'a\bb\001\002\177\r<b>c</b>\342\200\256gnp.exe\n'
printf '%s\n' '${'<i>'.repeat(50)}' >&2
echo "the last line"
echo '{"error":"<img src=x onerror=window.ran=1>"}'
exit 1
`;

function makePack(ref: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'attune-inert-'));
  chmodSync(directory, 0o755);
  for (const name of ['actions', 'triggers']) mkdirSync(join(directory, name));
  const text = JSON.stringify(ALL);
  const named = `label: ${JSON.stringify(MARKUP[1])}\ndescription: ${text}\n`;
  const write = (name: string, content: string, mode = 0o644) =>
    writeFileSync(join(directory, name), content, { mode });
  write('pack.yaml', `ref: ${ref}\n${named}version: 1.0.0\nauthor: ${text}\ntags: [${text}]\n`);
  write('README.md', `# ${ALL}\n\n${MARKUP.join('\n\n')}\n`);
  write(
    'actions/talk.yaml',
    `ref: ${ref}.talk\n${named}entry_point: talk.sh\nparameters:\n  text:\n    type: string\n    description: ${text}\n`,
  );
  write('actions/talk.sh', LOG, 0o755);
  write('actions/<img src=x onerror=alert(1)>.yaml', 'ref: [\n');
  write('triggers/happened.yaml', `ref: ${ref}.happened\n${named}`);
  return directory;
}

/** Whatever ran, or wanted to and was stopped by the policy. */
function watch(page: Page): string[] {
  const seen: string[] = [];
  page.on('dialog', (dialog) => {
    seen.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('console', (message) => {
    if (/content security policy|refused to/i.test(message.text())) seen.push(message.text());
  });
  return seen;
}

async function expectInert(page: Page, seen: readonly string[]): Promise<void> {
  expect(await page.evaluate(() => Reflect.get(window, 'ran') as unknown)).toBeUndefined();
  const active = await page.evaluate(() =>
    [...document.querySelectorAll('*')]
      .filter(
        (element) =>
          ['href', 'src', 'action', 'formaction', 'xlink:href'].some((name) =>
            /^\s*(?:javascript|data:text|vbscript):/i.test(element.getAttribute(name) ?? ''),
          ) ||
          element.getAttributeNames().some((name) => name.startsWith('on')) ||
          element.getAttribute('src') === 'x' ||
          element.localName === 'iframe',
      )
      .map(({ outerHTML }) => outerHTML.slice(0, 200)),
  );
  expect(active).toEqual([]);
  expect(seen).toEqual([]);
}

test('what packs, rules, parameters, payloads and logs say is text on every page and runs nowhere', async ({
  api,
  stranger,
  page,
}) => {
  const ref = unique('inert');
  const directory = makePack(ref);
  await api.post('/api/v1/packs/register', { path: directory });
  const rule = `${ref}.${unique('rule')}`;
  await api.post('/api/v1/rules', {
    ref: rule,
    pack_ref: ref,
    label: ALL.slice(0, 190),
    description: ALL,
    trigger_ref: `${ref}.happened`,
    action_ref: `${ref}.talk`,
    conditions: [{ field: 'text', operator: 'contains', value: '<script>' }],
    action_params: { text: '{{ event.payload.text }}' },
  });
  const emitted = await api.post('/api/v1/events', {
    trigger_ref: `${ref}.happened`,
    payload: { text: ALL, [MARKUP[1] ?? '']: ALL },
    trace_tag: '<img src=x onerror=alert(1)>',
  });
  const eventId = (emitted.data ?? emitted).id as number;
  const { items } = (await api.get(`/api/v1/executions?rule_ref=${rule}`)) as {
    items: { id: number }[];
  };
  const run = await api.untilEnded(items[0]?.id ?? 0);
  const login = ALL.slice(0, 200);
  await stranger.ask('POST', '/auth/login', { login, password: 'no password' });
  const seen = watch(page);

  const pages = [
    paths.home(),
    paths.packs(),
    paths.pack(ref),
    paths.actions(),
    paths.action(`${ref}.talk`),
    paths.triggers(),
    paths.trigger(`${ref}.happened`),
    paths.rules(),
    paths.rule(rule),
    paths.editRule(rule),
    paths.events(),
    paths.event(eventId),
    paths.executions(),
    `${paths.executions()}?action=${encodeURIComponent(ALL)}`,
    ...['output', 'timeline', 'input', 'context', 'token', 'children'].map(
      (tab) => `${paths.execution(run.id)}?tab=${tab}`,
    ),
    paths.audit(),
    `${paths.audit()}?q=${encodeURIComponent(ALL.slice(0, 90))}`,
    `/login?next=${encodeURIComponent('javascript:window.ran=1')}`,
    `/no/such/${encodeURIComponent('<img src=x onerror=alert(1)>')}`,
  ];
  for (const path of pages) {
    await test.step(path, async () => {
      await page.goto(path);
      await page.waitForLoadState('load');
      await expectInert(page, seen);
    });
  }

  await page.goto(paths.execution(run.id));
  const log = page.getByRole('log').first();
  await expect(log).toContainText('the last line');
  await expect(log).toContainText(MARKUP[0] ?? '');
  await expect(log).toContainText('link one');
  await expect(log).not.toContainText('javascript:window.ran=1\u0007');
  await expectInert(page, seen);

  // Where these texts are shown, they are shown: a page that left them out would prove nothing.
  for (const path of [
    paths.pack(ref),
    paths.action(`${ref}.talk`),
    paths.rule(rule),
    paths.event(eventId),
    paths.audit(),
  ]) {
    await page.goto(path);
    await expect(page.locator('body')).toContainText('onerror=');
  }
  await api.delete(`/api/v1/rules/${rule}`);
  rmSync(directory, { recursive: true, force: true });
});

test('every page has a nonce of its own and lets no inline script run', async ({ page }) => {
  const nonces = new Set<string>();
  for (const path of [paths.home(), paths.home(), paths.executions(), '/login', '/docs']) {
    const response = await page.goto(path);
    const headers = response?.headers() ?? {};
    const policy = headers['content-security-policy'] ?? '';
    const scripts = /script-src ([^;]*)/.exec(policy)?.[1] ?? '';
    expect(scripts).not.toContain('unsafe');
    nonces.add(/'nonce-([^']+)'/.exec(scripts)?.[1] ?? '');
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'cross-origin-opener-policy': 'same-origin',
    });
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  }
  expect(nonces.size).toBe(5);
  expect(nonces).not.toContain('');
  const ran = await page.evaluate(() => {
    const script = document.createElement('div');
    script.innerHTML = '<img src="x" onerror="window.ran=1">';
    document.body.append(script);
    return new Promise((resolve) => {
      addEventListener('securitypolicyviolation', () => resolve(Reflect.get(window, 'ran')), {
        once: true,
      });
    });
  });
  expect(ran).toBeUndefined();
});

test('the output of a run, opened by itself, is text and nothing that a browser would run', async ({
  api,
}) => {
  const run = await api.runToEnd('core.echo', { message: MARKUP.join('\n') });
  const { headers } = await api.ask('GET', `/api/v1/executions/${run.id}/logs`);
  expect(headers.get('content-type')).not.toMatch(/html|xml|javascript/);
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('content-security-policy')).toContain("default-src 'none'");
});
