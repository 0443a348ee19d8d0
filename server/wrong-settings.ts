import type { z } from 'zod';

/** What each setting takes, in words. Every setting that can be wrong stands here; a test compares. */
const TAKES: Readonly<Record<string, string>> = {
  DATABASE_URL: 'an address such as postgresql://user:password@host:5432/database',
  ATTUNE_SESSION_SECRET: 'at least 32 characters (`openssl rand -hex 32` makes them)',
  ATTUNE_ENCRYPTION_KEY: 'at least 32 characters (`openssl rand -hex 32` makes them)',
  ATTUNE_ENCRYPTION_KEY_OLD: 'at least 32 characters, as the key was before',
  PORT: 'a whole number from 0 to 65535',
  GATEWAY_PORT: 'a whole number from 0 to 65535',
  ATTUNE_API_URL: 'an address such as https://attune.example',
  TRUSTED_PROXIES: 'addresses or address/bits, separated by commas',
  WORKER_SLOTS: 'a whole number from 1 to 500',
  RUN_SENSORS: 'true or false',
  ISOLATION_MINIMUM: 'bwrap, pid-namespace or none',
  SLOT_USER_ID_BASE: 'a whole number from 1000 on',
  DEFAULT_TIMEOUT_SECONDS: 'a number of seconds greater than 0',
  KILL_GRACE_SECONDS: 'a number of seconds greater than 0',
  LEASE_SECONDS: 'a number of seconds greater than 0',
  LEASE_GRACE_SECONDS: 'a number of seconds greater than 0',
  DRAIN_SECONDS: 'a number of seconds, 0 or more',
  LOG_BYTES_MAX: 'a whole number of bytes from 1024 on',
  RESULT_BYTES_MAX: 'a whole number of bytes from 1024 on',
  LIMIT_CPU_SECONDS: 'a whole number, 0 for no limit',
  LIMIT_MEMORY_MB: 'a whole number, 0 for no limit',
  LIMIT_PROCESSES: 'a whole number, 0 for no limit',
  LIMIT_OPEN_FILES: 'a whole number, 0 for no limit',
  LIMIT_FILE_SIZE_MB: 'a whole number, 0 for no limit',
  LIMIT_DISK_MB: 'a whole number, 0 for no limit',
  DISK_FREE_MIN_BYTES: 'a whole number of bytes, 0 or more',
  BACKLOG_MAX: 'a whole number from 1 on',
  DATABASE_POOL_SIZE: 'a whole number from 2 on',
  LOG_LEVEL: 'debug, info, warn, error or silent',
};

const SECRETS: ReadonlySet<string> = new Set([
  'DATABASE_URL',
  'ATTUNE_SESSION_SECRET',
  'ATTUNE_ENCRYPTION_KEY',
  'ATTUNE_ENCRYPTION_KEY_OLD',
]);

/** One sentence for each setting that does not fit: its name, its value unless it is a secret, what it takes. */
export function describeWrongSettings(
  error: z.ZodError,
  given: Readonly<Record<string, string | undefined>>,
): string[] {
  const names = new Set(error.issues.map(({ path }) => String(path[0])));
  return [...names].map((name) => {
    const value = given[name];
    const takes = TAKES[name] ?? 'another value';
    if (value === undefined || value === '') return `${name} is not set; it takes ${takes}.`;
    if (SECRETS.has(name)) return `${name} does not fit; it takes ${takes}.`;
    return `${name}=${value} does not fit; it takes ${takes}.`;
  });
}
