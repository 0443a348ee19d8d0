import type { Command } from 'commander';
import { checkDatabase } from '#bin/doctor/check-database.ts';
import { checkMachine } from '#bin/doctor/check-machine.ts';
import { checkSecrets } from '#bin/doctor/check-secrets.ts';
import { describePromises } from '#bin/doctor/describe-promises.ts';
import { say } from '#bin/screen.ts';
import { loadSettings, type Settings } from '#bin/settings.ts';

const MARKS = { ok: 'ok     ', warning: 'warning', problem: 'PROBLEM' } as const;

export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description(
      'look for what is wrong: Node, Postgres, schema, queue, isolation, disk, ports, secrets, clock',
    )
    .option(
      '--invariants',
      'look instead whether the rows of the database keep what the platform promises',
    )
    .option('--json', 'say it as JSON')
    .action(doctor);
}

interface Options {
  readonly invariants?: boolean;
  readonly json?: boolean;
}

async function doctor({ invariants = false, json = false }: Options): Promise<void> {
  const settings = loadSettings();
  if (invariants) return lookAtPromises(settings, json);
  const findings = [
    ...(await checkMachine(settings)),
    ...checkSecrets(settings.dataDir),
    ...(await checkDatabase(settings)),
  ];
  if (json) say(JSON.stringify({ findings }, null, 2));
  for (const { about, verdict, text } of json ? [] : findings)
    say(`  ${MARKS[verdict]}  ${about.padEnd(10)} ${text}`);
  if (findings.some(({ verdict }) => verdict === 'problem')) process.exitCode = 1;
}

async function lookAtPromises(settings: Settings, asJson: boolean): Promise<void> {
  const { checkPromises } = await import('#bin/doctor/check-promises.ts');
  const promises = await checkPromises(settings);
  if (asJson) say(JSON.stringify({ invariants: promises }, null, 2));
  else for (const line of describePromises(promises)) say(line);
  if (promises.some(({ holds }) => !holds)) process.exitCode = 1;
}
