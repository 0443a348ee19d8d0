import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { SETTINGS } from '#server/config.ts';
import { describeWrongSettings } from '#server/wrong-settings.ts';
import { makeDirectory } from './data/make-directory.ts';
import { inRoot } from './paths.ts';
import { isNodeError, Problem } from './problem.ts';
import { addSecrets, secrets, splitSecrets } from './secrets.ts';

/** What the launcher itself has to know; everything else goes to web and worker as it is. */
export interface Settings {
  /** Absolute. */
  readonly dataDir: string;
  readonly host: string;
  readonly port: number;
  /** Whether somebody asked for this port; if not, any other will do. */
  readonly isPortAsked: boolean;
  readonly gatewayHost: string;
  readonly gatewayPort: number;
  readonly isGatewayPortAsked: boolean;
  /** Null: run the embedded Postgres. */
  readonly databaseUrl: string | null;
  readonly drainMs: number;
}

const OPEN_SETTINGS = SETTINGS.omit({
  DATABASE_URL: true,
  ATTUNE_SESSION_SECRET: true,
  ATTUNE_ENCRYPTION_KEY: true,
  ATTUNE_ENCRYPTION_KEY_OLD: true,
});

/**
 * Reads the environment, then `ATTUNE_CONFIG_FILE` or `.env` for what is not set there.
 *
 * @throws Problem that names every wrong setting at once
 */
export function loadSettings(): Settings {
  readConfigFile();
  const given = Object.entries(process.env).filter(([, value]) => value !== '');
  const parsed = OPEN_SETTINGS.safeParse(Object.fromEntries(given));
  if (!parsed.success) {
    const wrong = describeWrongSettings(parsed.error, process.env);
    throw new Problem(wrong.join('\n'), 'wrong-setting');
  }
  const settings = parsed.data;
  const isAsked = (name: string) => Boolean(process.env[name]);
  return {
    dataDir: dataDirOf(process.env['ATTUNE_DATA_DIR']),
    host: settings.HOST,
    port: settings.PORT,
    isPortAsked: isAsked('PORT'),
    gatewayHost: settings.GATEWAY_HOST,
    gatewayPort: settings.GATEWAY_PORT,
    isGatewayPortAsked: isAsked('GATEWAY_PORT') && settings.GATEWAY_PORT !== 0,
    databaseUrl: secrets()['DATABASE_URL'] ?? null,
    drainMs: settings.DRAIN_SECONDS * 1_000,
  };
}

function readConfigFile(): void {
  const named = process.env['ATTUNE_CONFIG_FILE'];
  const file = named === undefined || named === '' ? inRoot('.env') : resolve(named);
  if (!existsSync(file)) {
    if (!named) return;
    throw new Problem(
      `ATTUNE_CONFIG_FILE names ${file}, which does not exist; correct the path.`,
      'wrong-setting',
    );
  }
  const { secrets: found, rest } = splitSecrets(parseEnv(readFileSync(file, 'utf8')));
  addSecrets({ ...found, ...secrets() }); // the environment wins
  for (const [name, value] of Object.entries(rest)) process.env[name] ??= value;
}

/** Made if need be: others may pass, since the embedded Postgres runs as its own user, but not look around. */
function dataDirOf(asked: string | undefined): string {
  const dir = asked ? resolve(asked) : inRoot('.attune');
  try {
    makeDirectory(dir, 0o711);
    accessSync(dir, constants.W_OK | constants.X_OK);
  } catch (error) {
    const code = isNodeError(error) ? error.code : String(error);
    if (code === 'ENOSPC') throw error;
    throw new Problem(
      `The data directory ${dir} cannot be made or written (${code}); set ATTUNE_DATA_DIR to a directory that you may write to.`,
      'data-directory',
      { cause: error },
    );
  }
  process.env['ATTUNE_DATA_DIR'] = dir; // one place for web, worker and this process, wherever they run
  return dir;
}
