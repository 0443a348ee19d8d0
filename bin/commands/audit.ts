import { type Command, InvalidArgumentError } from 'commander';
import { addMadeSecrets } from '#bin/data/made-secrets.ts';
import { withDatabase } from '#bin/data/provide-database.ts';
import { complain, say } from '#bin/screen.ts';
import { loadSettings } from '#bin/settings.ts';
import { closePlumbing } from '#bin/start/prepare-database.ts';
import type { ChainPlace } from '#server/audit/verify.ts';
import { checkSchema } from '#server/schema/check-schema.ts';

export function addAuditCommand(program: Command): void {
  const audit = program.command('audit').description('look after the record of who did what');
  audit
    .command('verify')
    .description('compute the hash chain of the audit again and name the first row that is broken')
    .option(
      '--expect <place:hash>',
      'also find this row, as an earlier run printed it (may be given again)',
      readPlace,
      [],
    )
    .action(({ expect }: { expect: ChainPlace[] }) => verify(expect));
}

function readPlace(value: string, before: ChainPlace[]): ChainPlace[] {
  const match = /^(\d{1,15}):([0-9a-f]{64})$/i.exec(value);
  if (match === null)
    throw new InvalidArgumentError('Give it as this command prints it, `<place>:<64 hex digits>`.');
  return [...before, { seq: Number(match[1]), hash: (match[2] ?? '').toLowerCase() }];
}

/** Exits with 1 when the chain is broken. */
async function verify(expected: readonly ChainPlace[]): Promise<void> {
  const settings = loadSettings();
  addMadeSecrets(settings.dataDir);
  await withDatabase(settings, async (url) => {
    await checkSchema(url);
    try {
      const { verifyAudit } = await import('#server/audit/verify.ts');
      const from = Date.now();
      const { broken, verified, anchor, head, unchained } = await verifyAudit(expected);
      const seconds = ((Date.now() - from) / 1_000).toFixed(1);
      say(`  ${verified} rows are as they were linked (${seconds} s).`);
      if (anchor.seq > 0) say(`  Retention has deleted the rows up to place ${anchor.seq}.`);
      if (unchained > 0) say(`  ${unchained} rows are new and not linked yet.`);
      if (broken === null) {
        say('  The chain is whole. Note its end elsewhere, and give it to a later run:');
        say(`  --expect ${head.seq}:${head.hash}`);
        return;
      }
      complain(`attune: the audit is broken at place ${broken.seq} (${broken.kind}).`);
      complain(`  ${broken.sentence}`);
      process.exitCode = 1;
    } finally {
      await closePlumbing();
    }
  });
}
