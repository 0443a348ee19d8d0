import { randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import pg from 'pg';
import { addMadeSecrets } from '#bin/data/made-secrets.ts';
import { withDatabase } from '#bin/data/provide-database.ts';
import { Problem } from '#bin/problem.ts';
import { say } from '#bin/screen.ts';
import { loadSettings } from '#bin/settings.ts';
import { hashPassword } from '#server/auth/password.ts';
import { checkSchema } from '#server/schema/check-schema.ts';

export function addUsersCommand(program: Command): void {
  const users = program.command('users').description('look after people');
  users
    .command('reset-password')
    .description('give somebody a new random password, print it once and end their sessions')
    .argument('[login]', 'whose', 'admin')
    .action(resetPassword);
}

async function resetPassword(login: string): Promise<void> {
  const settings = loadSettings();
  addMadeSecrets(settings.dataDir);
  const password = randomBytes(15).toString('base64url');
  await withDatabase(settings, async (url) => {
    await checkSchema(url);
    await writePassword(url, login, await hashPassword(password));
  });
  say(`  Login: ${login} · ${password}   (shown only now; all sessions of ${login} have ended)`);
}

/** A higher epoch refuses every session and access token from before. */
async function writePassword(connectionString: string, login: string, hash: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    const { rowCount } = await client.query(
      `with changed as (
         update identity set password_hash = $2, session_epoch = session_epoch + 1, updated = now()
          where login = $1 returning id),
       revoked as (
         update refresh_token set revoked_at = now()
          where identity_id in (select id from changed) and revoked_at is null),
       noted as (
         insert into audit_event (category, event_type, outcome, actor_login, actor_token_type, resource_type, resource_id, resource_ref)
         select 'auth', 'identity.password_reset', 'success', 'command line', 'system', 'identity', id, $1 from changed)
       select from changed`,
      [login, hash],
    );
    if (rowCount === 1) return;
  } finally {
    await client.end();
  }
  throw new Problem(
    `There is no user '${login}'; give the login of one that exists.`,
    'unknown-user',
  );
}
