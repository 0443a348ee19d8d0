import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { scrubEnvironment } from '#bin/scrub-environment.ts';
import { secrets } from '#bin/secrets.ts';

scrubEnvironment();
process.stdout.write(
  JSON.stringify({
    environ: readFileSync('/proc/self/environ', 'utf8'),
    handedOver: secrets()['DATABASE_URL'],
    pid: process.pid,
    leftOver: readdirSync(tmpdir()).filter((name) => name.startsWith('attune-handover-')),
  }),
);
