import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { createProgram } from '#bin/program.ts';
import { operations } from '#lib/contracts/index.ts';
import { SETTINGS } from '#server/config.ts';

const ROOT = resolve(import.meta.dirname, '..');
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

/** Read by the launcher or by Node itself. */
const OTHER_VARIABLES = ['ATTUNE_CONFIG_FILE', 'NODE_ENV'];
const KNOWN_VARIABLES = new Set([...Object.keys(SETTINGS.shape), ...OTHER_VARIABLES]);
const COMMANDS = new Set(createProgram().commands.map((command) => command.name()));

interface Instruction {
  readonly keyword: string;
  readonly rest: string;
}

/** The Dockerfile's instructions, continuation lines joined. */
const instructions: readonly Instruction[] = read('Dockerfile')
  .replaceAll(/^\s*#.*\n/gm, '')
  .replaceAll(/\\\n/g, ' ')
  .split('\n')
  .filter((line) => line.trim() !== '')
  .map((line) => {
    const [keyword = '', ...rest] = line.trim().split(/\s+/);
    return { keyword, rest: rest.join(' ') };
  });

const restOf = (keyword: string): string[] =>
  instructions.filter((found) => found.keyword === keyword).map(({ rest }) => rest);

/** `NAME=value` pairs. */
const imageEnv: Record<string, string> = Object.fromEntries(
  restOf('ENV')
    .flatMap((rest) => rest.split(' '))
    .map((pair) => pair.split('=', 2) as [string, string]),
);

const Service = z.strictObject({
  build: z.string().optional(),
  image: z.string(),
  command: z.array(z.string()).optional(),
  restart: z.enum(['no', 'unless-stopped']),
  environment: z.record(z.string(), z.string()).default({}),
  secrets: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  ports: z.array(z.string()).default([]),
  healthcheck: z
    .strictObject({
      test: z.array(z.string()).min(2),
      interval: z.string(),
      timeout: z.string(),
      retries: z.int(),
      start_period: z.string().optional(),
    })
    .optional(),
  depends_on: z
    .record(
      z.string(),
      z.strictObject({ condition: z.enum(['service_healthy', 'service_completed_successfully']) }),
    )
    .default({}),
  security_opt: z.array(z.string()).optional(),
  stop_grace_period: z.string().optional(),
});

const Compose = z.strictObject({
  name: z.string(),
  'x-attune': z.unknown(),
  services: z.record(z.string(), Service),
  secrets: z.record(z.string(), z.strictObject({ file: z.string() })),
  volumes: z.record(z.string(), z.null()),
});

const { services, secrets, volumes } = Compose.parse(parse(read('compose.yaml'), { merge: true }));
const ours = Object.entries(services).filter(([, { image }]) => image === 'attune');

describe('Dockerfile', () => {
  test('starts from base images of the Node that the program runs on, none of them "latest"', () => {
    const stages = restOf('FROM').map((rest) => rest.split(' ')[0]);
    expect(stages).toHaveLength(2);
    for (const stage of stages) expect(stage).toMatch(/^node:24-[a-z]+-slim$/);
  });

  test('copies only from stages and paths that exist', () => {
    const stages = new Set(restOf('FROM').flatMap((rest) => / AS (\S+)$/i.exec(rest)?.[1] ?? []));
    const copies = restOf('COPY').map((rest) => rest.split(' '));
    expect(copies.length).toBeGreaterThan(0);
    const missing = copies.flatMap((words) => {
      const from = words.find((word) => word.startsWith('--from='))?.slice('--from='.length);
      if (from !== undefined) return stages.has(from) ? [] : [from];
      const sources = words.filter((word) => !word.startsWith('--')).slice(0, -1);
      return sources.filter((source) => !existsSync(join(ROOT, source)));
    });
    expect(missing).toEqual([]);
  });

  test('runs scripts that exist', () => {
    const text = [...restOf('RUN'), ...restOf('ENTRYPOINT')].join('\n');
    const scripts = [...text.matchAll(/\bbin\/[\w.-]+/g)].map(([script]) => script);
    expect(scripts).toContain('bin/attune.mjs');
    expect(scripts.filter((script) => !existsSync(join(ROOT, script)))).toEqual([]);
  });

  test('sets only variables that the program reads, to values that it takes', () => {
    expect(Object.keys(imageEnv).filter((name) => !KNOWN_VARIABLES.has(name))).toEqual([]);
    expect(SETTINGS.partial().safeParse(imageEnv).error).toBeUndefined();
  });

  test('runs as an ordinary user, who owns the data directory', () => {
    const users = restOf('USER');
    expect(users.at(-1)).toBe('node');
    expect(restOf('VOLUME')).toEqual([imageEnv['ATTUNE_DATA_DIR']]);
    expect(restOf('RUN').join('\n')).toContain(
      `-o node -g node -m 0711 ${imageEnv['ATTUNE_DATA_DIR']}`,
    );
  });

  test('exposes the port on which web listens, and starts a command that there is', () => {
    expect(restOf('EXPOSE')).toEqual([imageEnv['PORT']]);
    expect(z.array(z.string()).parse(JSON.parse(restOf('CMD')[0] ?? ''))).toEqual(['web']);
    expect(COMMANDS).toContain('web');
  });

  test('takes no secret and nothing of this clone along that is not in git', () => {
    const ignored = new Set(read('.dockerignore').split('\n'));
    const wanted = ['.git', '.attune', '.next', '.env', 'node_modules', 'attune.env'];
    expect(wanted.filter((name) => !ignored.has(name))).toEqual([]);
    expect(Object.values(secrets).filter(({ file }) => !ignored.has(file.slice(2)))).toEqual([]);
  });
});

describe('compose.yaml', () => {
  test('runs web, worker and migration from one image, and a Postgres of a pinned version', () => {
    expect(ours.map(([name]) => name).toSorted()).toEqual(['migrate', 'web', 'worker']);
    expect(services['postgres']?.image).toMatch(/^postgres:\d+$/);
  });

  test('gives its services commands that there are', () => {
    for (const [, { command = [] }] of ours) {
      expect(COMMANDS).toContain(command[0]);
      const parent = createProgram().commands.find((found) => found.name() === command[0]);
      const known = parent?.commands.map((found) => found.name()) ?? [];
      expect(command.slice(1).filter((word) => !known.includes(word))).toEqual([]);
    }
  });

  test('sets only variables that the program reads', () => {
    const names = ours.flatMap(([, { environment }]) => Object.keys(environment));
    expect(names.filter((name) => !KNOWN_VARIABLES.has(name))).toEqual([]);
  });

  test('keeps secrets out of the environment and reads them from the files that it declares', () => {
    for (const { environment, secrets: used } of Object.values(services)) {
      const files = Object.values(environment).filter((value) => value.startsWith('/run/secrets/'));
      expect(files.map((file) => file.slice('/run/secrets/'.length))).toEqual(used);
      expect(used.filter((name) => secrets[name] === undefined)).toEqual([]);
    }
    for (const name of ['DATABASE_URL', 'ATTUNE_SESSION_SECRET', 'ATTUNE_ENCRYPTION_KEY'])
      expect(ours.filter(([, { environment }]) => name in environment)).toEqual([]);
  });

  test('mounts volumes that it declares, the data where the image has it', () => {
    const mounted = Object.values(services).flatMap((service) => service.volumes);
    const names = mounted.map((mount) => mount.split(':')[0]);
    expect(new Set(names)).toEqual(new Set(Object.keys(volumes)));
    for (const [, service] of ours)
      expect(service.volumes).toEqual([`data:${imageEnv['ATTUNE_DATA_DIR']}`]);
  });

  test('waits for services that there are: for a healthy one only if it has a health check', () => {
    const waits = Object.values(services).flatMap((service) => Object.entries(service.depends_on));
    expect(waits.length).toBeGreaterThan(0);
    const endless = waits.filter(([name, { condition }]) => {
      const service = services[name];
      return condition === 'service_healthy'
        ? service?.healthcheck === undefined
        : service?.restart !== 'no';
    });
    expect(endless).toEqual([]);
  });

  test("asks web's health on the port that the image listens on, at a path that is an operation", () => {
    const words = services['web']?.healthcheck?.test ?? [];
    const url = /http:\/\/[^']+/.exec(words.join(' '))?.[0] ?? '';
    expect(new URL(url).port).toBe(imageEnv['PORT']);
    const paths = operations.filter(({ access }) => access === 'anyone').map(({ path }) => path);
    expect(paths).toContain(new URL(url).pathname);
    const { status } = spawnSync(process.execPath, ['--check', '-'], { input: words.at(-1) });
    expect(status).toBe(0);
  });

  test('publishes only the port of web, on loopback', () => {
    const ports = Object.entries(services).flatMap(([name, service]) =>
      service.ports.map((port) => [name, port]),
    );
    expect(ports).toEqual([['web', `127.0.0.1:3000:${imageEnv['PORT']}`]]);
  });

  test('lets a worker drain before it is killed', () => {
    const seconds = Number.parseInt(services['worker']?.stop_grace_period ?? '', 10);
    const drain = SETTINGS.shape.DRAIN_SECONDS.parse(undefined);
    expect(seconds).toBeGreaterThanOrEqual(drain + 20);
  });
});
