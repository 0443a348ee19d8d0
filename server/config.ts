import { availableParallelism } from 'node:os';
import { isAbsolute, resolve } from 'node:path';
import { z } from 'zod';
import { resolveApiUrl } from '#lib/domain/environment.ts';
import { ENCODED_CHARS_MIN, type NamedSecret } from '#lib/domain/masking/index.ts';
import { ISOLATION_KINDS } from '#lib/domain/isolation.ts';
import { LIMIT_MAX } from '#lib/domain/resource-limits.ts';
import { keepOutOfLogs } from './log-redaction.ts';
import { describeWrongSettings } from './wrong-settings.ts';

const port = z.coerce.number().pipe(z.int().min(0).max(65_535));
const seconds = z.coerce.number().pipe(z.number().positive());
const limit = z.coerce.number().pipe(z.int().min(0).max(LIMIT_MAX));
const absolute = z.string().transform((path) => (isAbsolute(path) ? path : resolve(path)));
const list = z.string().transform((text) => text.split(/[\s,]+/).filter(Boolean));

/** Every setting, with what it is when nobody says. `.env.example` describes them; a test compares the two. */
export const SETTINGS = z.object({
  // Secrets. The launcher makes and hands them over; an operator gives them in .env or ATTUNE_CONFIG_FILE.
  DATABASE_URL: z.string().min(1),
  ATTUNE_SESSION_SECRET: z.string().min(32),
  ATTUNE_ENCRYPTION_KEY: z.string().min(32),
  ATTUNE_ENCRYPTION_KEY_OLD: z.string().min(32).optional(),
  ATTUNE_ENCRYPTION_KEY_FILE: absolute.optional(),

  // Where things are.
  ATTUNE_DATA_DIR: absolute.default('.attune'),
  HOST: z.string().default('127.0.0.1'),
  PORT: port.default(3000),
  ATTUNE_API_URL: z.url({ protocol: /^https?$/ }).optional(),
  GATEWAY_HOST: z.string().default('127.0.0.1'),
  GATEWAY_PORT: port.default(0),
  GATEWAY_URL: z.string().optional(),
  TRUSTED_PROXIES: list
    .pipe(z.array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()])))
    .default([]),

  // The worker.
  WORKER_NAME: z.string().optional(),
  WORKER_SLOTS: z.coerce
    .number()
    .pipe(z.int().min(1).max(500))
    .default(availableParallelism() * 4),
  RUN_SENSORS: z.stringbool().default(true),
  ISOLATION_MINIMUM: z.enum(ISOLATION_KINDS).default('none'),
  SLOT_USER_ID_BASE: z.coerce.number().pipe(z.int().min(1000)).default(61_000),
  ACTION_ENV_PASSTHROUGH: list.default([]),
  DEFAULT_TIMEOUT_SECONDS: seconds.default(600),
  KILL_GRACE_SECONDS: seconds.default(10),
  LEASE_SECONDS: seconds.default(15),
  LEASE_GRACE_SECONDS: seconds.default(10),
  DRAIN_SECONDS: z.coerce.number().pipe(z.number().min(0)).default(30),
  LOG_BYTES_MAX: z.coerce
    .number()
    .pipe(z.int().min(1024))
    .default(100 * 1024 * 1024),
  RESULT_BYTES_MAX: z.coerce
    .number()
    .pipe(z.int().min(1024))
    .default(1024 * 1024),

  // What a run may use when its action does not say; 0 is no limit.
  LIMIT_CPU_SECONDS: limit.default(0),
  LIMIT_MEMORY_MB: limit.default(4096),
  LIMIT_PROCESSES: limit.default(4096),
  LIMIT_OPEN_FILES: limit.default(8192),
  LIMIT_FILE_SIZE_MB: limit.default(0),
  LIMIT_DISK_MB: limit.default(10_240),

  DISK_FREE_MIN_BYTES: z.coerce
    .number()
    .pipe(z.int().min(0))
    .default(500 * 1024 * 1024),

  // Plumbing.
  BACKLOG_MAX: z.coerce.number().pipe(z.int().min(1)).default(100_000),
  DATABASE_POOL_SIZE: z.coerce.number().pipe(z.int().min(2)).default(8),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
});

export type Config = z.output<typeof SETTINGS> & {
  /** The base URL of the API as actions, sensors and people reach it; no trailing slash. */
  readonly apiUrl: string;
};

/** What the launcher handed over on a descriptor; it never stands in an environment. */
const HANDED_OVER = Symbol.for('attune.secrets');

let parsed: Config | undefined;

/**
 * The settings of this process, parsed once.
 *
 * @throws Error that names every wrong variable at once
 */
export function config(): Config {
  parsed ??= parse();
  return parsed;
}

function parse(): Config {
  const handedOver = Reflect.get(globalThis, HANDED_OVER) as Record<string, string> | undefined;
  const given = Object.entries({ ...process.env, ...handedOver }).filter(
    ([, value]) => value !== '',
  );
  const result = SETTINGS.safeParse(Object.fromEntries(given));
  if (!result.success) {
    const problems = describeWrongSettings(result.error, Object.fromEntries(given));
    throw new Error(problems.join('\n'));
  }
  const settings = result.data;
  keepOutOfLogs(secretsAmong(settings, handedOver ?? {}));
  const apiUrl = resolveApiUrl({
    configured: settings.ATTUNE_API_URL ?? null,
    host: settings.HOST,
    port: settings.PORT,
  });
  return { ...settings, apiUrl };
}

/** What the log must never hold; of a database's address its password as well, which stands encoded in it. */
function secretsAmong(
  settings: z.output<typeof SETTINGS>,
  handedOver: Readonly<Record<string, string>>,
): NamedSecret[] {
  const { DATABASE_URL, ATTUNE_SESSION_SECRET, ATTUNE_ENCRYPTION_KEY } = settings;
  const named = { ...handedOver, DATABASE_URL, ATTUNE_SESSION_SECRET, ATTUNE_ENCRYPTION_KEY };
  const password = URL.canParse(DATABASE_URL) ? new URL(DATABASE_URL).password : '';
  const secrets = Object.entries(named).map(([name, value]) => ({ name, value }));
  if (password.length < ENCODED_CHARS_MIN) return secrets; // it is a word of every log: postgres, attune
  return [...secrets, { name: 'database password', value: decodeURIComponent(password) }];
}
