type Host = Readonly<NodeJS.ProcessEnv>;

/** Where system programs are, for a worker that was started without a PATH. */
const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * What a process inherits from the worker (contract §1): `PATH LANG TZ LC_*`, and nothing else. Directories of
 * PATH that only we can see would be of no use inside a sandbox.
 */
export function baselineVariables(host: Host = process.env): Record<string, string> {
  const kept = Object.entries(host).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && (entry[0] === 'TZ' || entry[0].startsWith('LC_')),
  );
  return {
    PATH: (host['PATH'] ?? '').split(':').filter(isSystem).join(':') || SYSTEM_PATH,
    LANG: host['LANG'] ?? 'C.UTF-8',
    ...Object.fromEntries(kept),
  };
}

/** npm puts directories of its own in front for whatever it runs. */
const isSystem = (directory: string): boolean =>
  /^\/(usr\/|s?bin$|opt\/)/.test(directory) && !directory.includes('/node_modules/');

/** What the operator passes on by `ACTION_ENV_PASSTHROUGH`, where the worker has it. */
export const passedThrough = (
  names: readonly string[],
  host: Host = process.env,
): Record<string, string> =>
  Object.fromEntries(
    names.flatMap((name) => {
      const value = host[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );

/** As `USER` of what runs as ourselves. */
export const ownUserName = (host: Host = process.env): string => host['USER'] ?? 'attune';
