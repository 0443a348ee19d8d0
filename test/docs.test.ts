import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ANCHORS } from '#bin/problem.ts';
import { ATTEMPT_TRANSITIONS } from '#lib/domain/attempt-status.ts';
import { ACTION_VARIABLES, SENSOR_VARIABLES, type VariableDoc } from '#lib/domain/environment.ts';
import { EXECUTION_TRANSITIONS } from '#lib/domain/execution-status.ts';
import { RETENTION } from '#server/retention/retention.ts';

const ROOT = resolve(import.meta.dirname, '..');
const PAGES = globSync(['README.md', 'docs/**/*.md', 'packs/**/*.md'], { cwd: ROOT });
/** Pages of packs speak of files of their own. */
const OWN_PAGES = PAGES.filter((page) => !page.startsWith('packs/'));
const TROUBLESHOOTING = 'docs/troubleshooting.md';

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** The rows of the table that follows `<!-- name -->`, its head left out; backticks stay. */
function tableAfter(page: string, name: string): string[][] {
  const [, after] = read(page).split(`<!-- ${name} -->\n`);
  const lines = (after ?? '').split('\n');
  const end = lines.findIndex((line) => !line.startsWith('|'));
  return lines.slice(2, end).map((line) =>
    line
      .slice(1, -1)
      .split(' | ')
      .map((cell) => cell.trim()),
  );
}

const code = (name: string | undefined): string => (name === undefined ? '–' : `\`${name}\``);

/** As GitHub makes them of headings, and those that are written out. */
function anchorsOf(page: string): Set<string> {
  const text = withoutFences(read(page));
  const headings = [...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(/\s/g, '-'),
  );
  const written = [...text.matchAll(/<a (?:id|name)="([^"]+)"/g)].map(([, name = '']) => name);
  return new Set([...headings, ...written]);
}

const withoutFences = (text: string): string => text.replaceAll(/^```[\s\S]*?^```/gm, '');

/** Targets of links and pictures, code left out. */
function linksOf(page: string): string[] {
  const text = withoutFences(read(page)).replaceAll(/`[^`\n]*`/g, '');
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
}

/** Why a link leads nowhere; null when it does not. */
function problemOf(page: string, target: string): string | null {
  if (/^(?:https?|mailto):/.test(target)) return null;
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? page : relative(ROOT, resolve(ROOT, dirname(page), path));
  if (!existsSync(join(ROOT, file))) return `${page}: ${target} does not exist`;
  if (anchor === undefined || anchorsOf(file).has(anchor)) return null;
  return `${page}: ${file} has no heading for #${anchor}`;
}

const isPicture = (target: string): boolean => /\.(?:png|jpe?g|svg)$/.test(target);

const asRow = ({ name, type, when, description }: VariableDoc): string[] => [
  code(name),
  type,
  when,
  description,
];

describe('tables of variables', () => {
  test('the quick reference has exactly the variables of an action', () => {
    const rows = tableAfter('docs/QUICKREF-execution-environment.md', 'variables: action');
    expect(rows).toEqual(ACTION_VARIABLES.map(asRow));
  });

  test.each(['docs/QUICKREF-sensor-action-env-parity.md', 'docs/sensor-interface.md'])(
    '%s has exactly the variables of a sensor',
    (page) => {
      expect(tableAfter(page, 'variables: sensor')).toEqual(SENSOR_VARIABLES.map(asRow));
    },
  );

  test('every variable of either side stands beside its counterpart', () => {
    const rows = tableAfter('docs/QUICKREF-sensor-action-env-parity.md', 'variables: pairs');
    const pairs = rows.map(([action, sensor]) => [action, sensor]);

    const ofActions = ACTION_VARIABLES.map(({ name, counterpart }) => [
      code(name),
      code(counterpart),
    ]);
    const alone = SENSOR_VARIABLES.filter(({ counterpart }) => counterpart === undefined);
    expect(pairs).toEqual([...ofActions, ...alone.map(({ name }) => ['–', code(name)])]);
    const ofSensors = SENSOR_VARIABLES.filter(({ counterpart }) => counterpart !== undefined);
    expect(pairs).toEqual(
      expect.arrayContaining(
        ofSensors.map(({ name, counterpart }) => [code(counterpart), code(name)]),
      ),
    );
  });

  test('every standard variable of an action is in the guide to writing one', () => {
    const guide = read('packs/core/actions/README.md');
    const names = ACTION_VARIABLES.map(({ name }) => name);
    expect(names.filter((name) => !guide.includes(`\`${name}\``))).toEqual([]);
  });
});

describe('what the worker page says of statuses', () => {
  const page = 'docs/architecture/worker-service.md';

  test.each([
    ['execution', EXECUTION_TRANSITIONS],
    ['attempt', ATTEMPT_TRANSITIONS],
  ])('the drawing of an %s names exactly its statuses', (name, transitions) => {
    const drawing = read(page).split(`<!-- statuses: ${name} -->\n`)[1]?.split('```')[1] ?? '';
    const words = new Set(drawing.match(/[a-z]+/g));
    expect([...words].toSorted()).toEqual(Object.keys(transitions).toSorted());
  });

  test.each([
    ['execution', EXECUTION_TRANSITIONS],
    ['attempt', ATTEMPT_TRANSITIONS],
  ])('the table of an %s has exactly its moves', (name, transitions) => {
    const moves = Object.entries<readonly string[]>(transitions).map(([from, to]) => [
      code(from),
      to.length === 0 ? '–' : to.map(code).join(', '),
    ]);
    expect(tableAfter(page, `transitions: ${name}`)).toEqual(moves);
  });
});

test('the retention table is what the worker deletes by', () => {
  const rows = RETENTION.map(({ name, keepDays }) => [name, String(keepDays)]);
  expect(tableAfter('docs/retention.md', 'retention')).toEqual(rows);
});

describe('links', () => {
  test('every relative link and anchor leads somewhere', () => {
    const targets = PAGES.flatMap((page) => linksOf(page).map((target) => ({ page, target })));
    const broken = targets
      .filter(({ target }) => !isPicture(target))
      .flatMap(({ page, target }) => problemOf(page, target) ?? []);

    expect(targets.length).toBeGreaterThan(30);
    expect(broken).toEqual([]);
  });

  test('every picture is there', () => {
    const pictures = PAGES.flatMap((page) =>
      linksOf(page)
        .filter(isPicture)
        .flatMap((target) => problemOf(page, target) ?? []),
    );
    expect(pictures).toEqual([]);
  });

  test('every anchor of the troubleshooting page that a program names is there', () => {
    const sources = globSync('{bin,server,worker,lib,app,components}/**/*.{ts,tsx,mjs}', {
      cwd: ROOT,
      exclude: ['**/generated/**'],
    });
    const named = sources.flatMap((path) =>
      [...read(path).matchAll(/troubleshooting\.md#([a-z0-9-]+)/g)].map(
        ([, anchor = '']) => anchor,
      ),
    );
    const there = anchorsOf(TROUBLESHOOTING);

    expect(named).not.toEqual([]);
    expect([...named, ...ANCHORS].filter((anchor) => !there.has(anchor))).toEqual([]);
  });

  test('every file and folder of ours that a page names is there', () => {
    const named = OWN_PAGES.flatMap((page) =>
      [
        ...read(page).matchAll(
          /`((?:lib|server|worker|app|components|bin|prisma|packs|docs|test|e2e|bench)\/[^`\s]+)`/g,
        ),
      ].map(([, path = '']) => ({ page, path })),
    );
    const missing = named.filter(
      ({ path }) => !/[<…*]/.test(path) && !existsSync(join(ROOT, path)),
    );

    expect(named.length).toBeGreaterThan(20);
    expect(missing).toEqual([]);
  });

  test('every decision is in their list', () => {
    const files = globSync('docs/decisions/[0-9]*.md', { cwd: ROOT });
    const listed = linksOf('docs/decisions/README.md').map((target) => `docs/decisions/${target}`);
    expect(listed.toSorted()).toEqual(files.toSorted());
  });
});

describe('what the security model claims', () => {
  const claims = tableAfter('docs/security-model.md', 'claims');

  test('names for each claim a test or a command of ours that would fail', () => {
    const checks = claims.map(([, checked = '']) =>
      [...checked.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
    );

    expect(claims.length).toBeGreaterThan(20);
    expect(claims.filter((_, at) => !checks[at]?.some(isCheck))).toEqual([]);
  });

  test('leaves out no test of security', () => {
    const files = globSync('test/security/*.int.test.ts', { cwd: ROOT });
    const named = read('docs/security-model.md');

    expect(files.length).toBeGreaterThan(5);
    expect(files.filter((file) => !named.includes(`\`${file}\``))).toEqual([]);
  });
});

/** A test that is there, or one of the commands that look at what runs. */
const isCheck = (name: string): boolean =>
  /^npx --no attune (?:audit verify|doctor)/.test(name) ||
  (/\.(?:test|spec)\.ts$/.test(name) && existsSync(join(ROOT, name)));

test('every npm script that a page names exists', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const named = PAGES.flatMap((page) =>
    [...read(page).matchAll(/npm run ([a-z0-9:]+)/g)].map(([, name = '']) => name),
  );
  expect(named).not.toEqual([]);
  expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
});

test("no page names a developer's directory or the host of a registry", () => {
  const foreign =
    /\/(?:work|root|home|Users)\/[\w.]|\/tmp\/\w+\/|registry\.\w|\.internal\b|verdaccio|artifactory/g;
  const found = PAGES.flatMap((page) =>
    [...read(page).matchAll(foreign)].map(([text]) => `${page}: ${text}`),
  );
  expect(found).toEqual([]);
});
