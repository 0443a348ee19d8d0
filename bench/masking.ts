import { costOf, makeMasker, secrets, STREAMS, WORST } from './masking/cost.ts';

/**
 * `node bench/masking.ts`: what masking costs a worker, with 200 secrets and a stream of 10 MB/s, in percent of a core.
 * With `--json` one object, for the test that holds it to the limit.
 */

const from = process.cpuUsage();
const masker = makeMasker();
masker.stream().write(new Uint8Array(1));
const built = process.cpuUsage(from);

const costs: Record<string, number> = {};
for (const [name, make] of Object.entries({ ...STREAMS, 'beginnings of secrets': WORST }))
  costs[name] = costOf(masker, make);

if (process.argv.includes('--json')) process.stdout.write(JSON.stringify(costs));
else {
  const milliseconds = Math.round((built.user + built.system) / 1_000);
  report(`built for ${secrets.length} secrets in ${milliseconds} ms`);
  for (const [name, percent] of Object.entries(costs))
    report(`${name}: 10 MB/s cost ${percent.toFixed(1)} % of a core`);
}

function report(text: string): void {
  process.stdout.write(`${text}\n`);
}
