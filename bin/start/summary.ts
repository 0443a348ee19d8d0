import type { WorkerRow } from './wait-until-ready.ts';

interface Running {
  readonly apiUrl: string;
  /** Only when it was just made: it is shown once. */
  readonly adminPassword: string | null;
  readonly worker: WorkerRow;
  readonly postgres: string;
  readonly dataDir: string;
}

/** Everything on one screen: what runs, where, and how to get in. */
export function summaryOf({ apiUrl, adminPassword, worker, postgres, dataDir }: Running): string {
  const login =
    adminPassword === null
      ? "admin (forgotten? 'npx --no attune users reset-password')"
      : `admin · ${adminPassword}   (shown only now)`;
  const missing = worker.runtimes.filter(({ available }) => !available);
  const lines = [
    ['Dashboard', apiUrl],
    ['Login', login],
    ['API', `${apiUrl}/docs   (${apiUrl}/api/v1)`],
    [
      'Worker',
      `${worker.name} · ${worker.slots} slots · isolation: ${isolationOf(worker.isolation)}`,
    ],
    ...missing.map(({ name, problem }) => [
      '',
      `warning: no ${name}${problem ? `: ${problem}` : ''}`,
    ]),
    ['Gateway', worker.gateway_url],
    ['Postgres', postgres],
    ['Data', dataDir],
    ['Logs', `${dataDir}/logs`],
  ];
  const table = lines.map(([label = '', value = '']) => `  ${label.padEnd(10)} ${value}`);
  return ['', '  Attune is running.', '', ...table, '', '  Ctrl-C stops all of it.', ''].join('\n');
}

/** The worker writes `{kind, …}`; an older one may write a word. */
export function isolationOf(isolation: unknown): string {
  if (typeof isolation === 'string') return isolation;
  if (typeof isolation === 'object' && isolation !== null && 'kind' in isolation)
    return String(isolation.kind);
  return 'unknown';
}
