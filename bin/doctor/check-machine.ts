import { probeRuntimes } from '#worker/runtimes/runtimes.ts';
import { spawnSync } from 'node:child_process';
import { freeMegabytes } from '#bin/data/disk.ts';
import { findLauncher } from '#bin/data/launcher-lock.ts';
import { findCommand } from '#bin/has-command.ts';
import { choosePort } from '#bin/ports.ts';
import type { Settings } from '#bin/settings.ts';
import { type Finding, ok, problem, warning } from './finding.ts';

const FREE_MEGABYTES_WISHED = 1_000;

/** Node, isolation, interpreters, disk and ports of this machine. */
export async function checkMachine(settings: Settings): Promise<Finding[]> {
  return [
    ok('Node', process.versions.node),
    checkIsolation(),
    ...(await checkInterpreters()),
    checkDisk(settings.dataDir),
    await checkPort(settings),
  ];
}

function checkIsolation(): Finding {
  const bwrap = findCommand('bwrap');
  if (bwrap !== null) {
    const args = [
      '--unshare-user',
      '--unshare-pid',
      '--ro-bind',
      '/',
      '/',
      '--proc',
      '/proc',
      '--',
      'true',
    ];
    const { status, stderr } = spawnSync(bwrap, args, {
      encoding: 'utf8',
      timeout: 10_000,
      env: { ...process.env },
    });
    if (status === 0)
      return ok('Isolation', 'bubblewrap works: each action gets a sandbox of its own');
    return warning(
      'Isolation',
      `bubblewrap does not work here (${stderr.trim() || `exit code ${status}`}); allow user namespaces for the strongest isolation`,
    );
  }
  return warning(
    'Isolation',
    "no bubblewrap: actions see the machine's files; install it (apt-get install bubblewrap)",
  );
}

/** Asks as the worker does, so that both say the same. */
async function checkInterpreters(): Promise<Finding[]> {
  const runtimes = await probeRuntimes(process.execPath);
  return runtimes
    .filter(({ name }) => name !== 'native')
    .map(({ name, version, problem: reason }) =>
      reason === null ? ok(name, version ?? 'found') : warning(name, reason),
    );
}

function checkDisk(dir: string): Finding {
  const free = freeMegabytes(dir);
  const text = `${free} MB free for ${dir}`;
  return free < FREE_MEGABYTES_WISHED
    ? problem('Disk', `${text}; make room, or set ATTUNE_DATA_DIR`)
    : ok('Disk', text);
}

/** What runs is asked at its local address: a proxy in front of it may be down, or not reachable from here. */
async function checkPort({ dataDir, host, port, isPortAsked }: Settings): Promise<Finding> {
  const launcher = findLauncher(dataDir);
  if (launcher !== null) {
    const where = launcher.localUrl;
    if (where === undefined) return warning('Running', `process ${launcher.pid}, still starting`);
    if (await isReady(where)) return ok('Running', `process ${launcher.pid}, ${where}`);
    return problem(
      'Running',
      `process ${launcher.pid} runs but ${where} is not ready; look into ${dataDir}/logs`,
    );
  }
  // Web may run alone, or on another host.
  const publicUrl = process.env['ATTUNE_API_URL'];
  if (publicUrl && (await isReady(publicUrl))) return ok('Running', publicUrl);
  try {
    const free = await choosePort({ setting: 'PORT', host, port, isAsked: isPortAsked });
    return ok(
      'Port',
      free === port ? `${port} is free` : `${port} is taken, ${free} would be used`,
    );
  } catch (error) {
    return problem('Port', error instanceof Error ? error.message : String(error));
  }
}

async function isReady(origin: string): Promise<boolean> {
  const answer = await fetch(`${origin.replace(/\/+$/, '')}/health/ready`, {
    signal: AbortSignal.timeout(5_000),
  }).catch(() => null);
  return answer?.ok ?? false;
}
