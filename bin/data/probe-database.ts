import pg from 'pg';
import { isNodeError, Problem } from '#bin/problem.ts';

const OLDEST_VERSION = 15;
const CONNECT_TIMEOUT_MS = 10_000;

/** Connects once, to turn what can be wrong with DATABASE_URL into a sentence. @returns the server's version */
export async function probeDatabase(connectionString: string): Promise<string> {
  const where = describeTarget(connectionString);
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ server_version: string }>('show server_version');
    const version = rows[0]?.server_version ?? '';
    if (Number.parseInt(version, 10) < OLDEST_VERSION) {
      throw new Problem(
        `The Postgres at ${where} is version ${version}, and ${OLDEST_VERSION} or newer is needed; upgrade it, or unset DATABASE_URL to use the embedded one.`,
        'database-version',
      );
    }
    return version;
  } catch (error) {
    throw error instanceof Problem ? error : explain(error, where, connectionString);
  } finally {
    await client.end().catch(() => undefined);
  }
}

function explain(error: unknown, where: string, url: string): Problem {
  const code = (isNodeError(error) ? error.code : undefined) ?? '';
  const options = { cause: error };
  if (code.startsWith('28')) {
    return new Problem(
      `The Postgres at ${where} does not let user '${userOf(url)}' in; correct user and password in DATABASE_URL.`,
      'database-login',
      options,
    );
  }
  if (code === '3D000') {
    const name = databaseOf(url);
    return new Problem(
      `There is no database '${name}' at ${where}; make it with 'createdb ${name}', or correct DATABASE_URL.`,
      'database-missing',
      options,
    );
  }
  const reason = code || (error instanceof Error ? error.message : String(error));
  return new Problem(
    `Cannot reach Postgres at ${where} (${reason}); start it, or correct DATABASE_URL, or unset it to use the embedded one.`,
    'database-unreachable',
    options,
  );
}

/** Host and port, never the password. @throws Problem when it is no address at all */
export function describeTarget(connectionString: string): string {
  const url = parse(connectionString);
  return url.searchParams.get('host') ?? `${url.hostname || 'localhost'}:${url.port || '5432'}`;
}

function parse(connectionString: string): URL {
  const url = URL.parse(connectionString);
  if (url !== null && /^postgres(ql)?:$/.test(url.protocol)) return url;
  throw new Problem(
    'DATABASE_URL is no address of a Postgres; write it as postgresql://user:password@host:5432/database.',
    'wrong-setting',
  );
}

const userOf = (url: string): string => decodeURIComponent(parse(url).username) || 'postgres';
const databaseOf = (url: string): string => decodeURIComponent(parse(url).pathname.slice(1));
