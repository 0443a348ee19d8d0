import type { Command } from 'commander';
import { checkDatabase } from '#bin/doctor/check-database.ts';
import { checkMachine } from '#bin/doctor/check-machine.ts';
import { checkSecrets } from '#bin/doctor/check-secrets.ts';
import { say } from '#bin/screen.ts';
import { loadSettings } from '#bin/settings.ts';

const MARKS = { ok: 'ok     ', warning: 'warning', problem: 'PROBLEM' } as const;

export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description(
      'look for what is wrong: Node, Postgres, schema, queue, isolation, disk, ports, secrets, clock',
    )
    .action(async () => {
      const settings = loadSettings();
      const findings = [
        ...(await checkMachine(settings)),
        ...checkSecrets(settings.dataDir),
        ...(await checkDatabase(settings)),
      ];
      for (const { about, verdict, text } of findings)
        say(`  ${MARKS[verdict]}  ${about.padEnd(10)} ${text}`);
      if (findings.some(({ verdict }) => verdict === 'problem')) process.exitCode = 1;
    });
}
