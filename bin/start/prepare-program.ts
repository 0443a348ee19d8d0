import { inRoot } from '#bin/paths.ts';
import { complain } from '#bin/screen.ts';
import { secrets } from '#bin/secrets.ts';
import { bootstrap } from '#server/bootstrap.ts';
import { config } from '#server/config.ts';
import { migrate } from '#server/schema/migrate.ts';

// A program of its own, so that the launcher stays small and what bundling the core pack leaves behind ends with it.
// Its last line on stdout is its result.
await migrate(config().DATABASE_URL);
const given = secrets()['ATTUNE_ADMIN_PASSWORD'] ?? null;
const { adminPassword } = await bootstrap({
  packsDirectory: inRoot('packs'),
  password: given,
  say: complain,
});
process.stdout.write(
  `${JSON.stringify({ adminPassword: given === null ? adminPassword : null })}\n`,
  () => process.exit(0),
);
