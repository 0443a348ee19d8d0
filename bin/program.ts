import { Command } from 'commander';
import { VERSION } from '#lib/version.ts';
import { addAuditCommand } from './commands/audit.ts';
import { addBackupCommand } from './commands/backup.ts';
import { addDbCommand } from './commands/db.ts';
import { addDemoCommand } from './commands/demo.ts';
import { addDoctorCommand } from './commands/doctor.ts';
import { addKeysCommand } from './commands/keys.ts';
import { addRestoreCommand } from './commands/restore.ts';
import { addStartCommand } from './commands/start.ts';
import { addUsersCommand } from './commands/users.ts';
import { addVersionCommand } from './commands/version.ts';
import { addWebCommand } from './commands/web.ts';
import { addWorkerCommand } from './commands/worker.ts';

const SETTINGS_HELP = `
Settings come from the environment, then from the file that ATTUNE_CONFIG_FILE names, else .env.
.env.example describes them all. The most important ones:
  PORT, HOST          where the dashboard listens (3000, 127.0.0.1)
  ATTUNE_DATA_DIR     database, secrets and logs (.attune)
  ATTUNE_API_URL      the address that others reach it by
  DATABASE_URL        a Postgres 15 or newer of your own, instead of the embedded one
  WORKER_SLOTS        how many executions a worker runs at once`;

/** The command line: one file per command in commands/. */
export function createProgram(): Command {
  const program = new Command('attune')
    .description('Event-driven automation: sensor, event, rule, enforcement, execution.')
    .version(VERSION, '-V, --version')
    .showHelpAfterError("(try 'npx --no attune help')")
    .addHelpText('after', SETTINGS_HELP);
  const additions = [
    addStartCommand,
    addWebCommand,
    addWorkerCommand,
    addDemoCommand,
    addUsersCommand,
    addDbCommand,
    addDoctorCommand,
    addAuditCommand,
    addKeysCommand,
    addBackupCommand,
    addRestoreCommand,
    addVersionCommand,
  ];
  for (const add of additions) add(program);
  return program;
}
