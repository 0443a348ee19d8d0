import { formatBytes, formatCount, formatSeconds } from '#lib/format.ts';
import { type Actor, authorize } from '#server/auth/actor.ts';
import { config } from '#server/config.ts';

/** A setting in words. */
export interface EffectiveSetting {
  /** The variable that changes it. */
  readonly name: string;
  readonly means: string;
}

export interface SettingGroup {
  readonly title: string;
  readonly settings: readonly EffectiveSetting[];
}

/**
 * What is in force in this process, in words. Never a secret: each is named here, none is listed by itself.
 *
 * @throws AppError `FORBIDDEN`
 */
export function listEffectiveSettings(actor: Actor): SettingGroup[] {
  authorize(actor, 'retention:read');
  const now = config();
  const limit = (value: number, unit: string) =>
    value === 0 ? 'not limited' : `${formatCount(value)}${unit}`;
  const or = (list: readonly string[], none: string) =>
    list.length === 0 ? none : list.join(', ');
  return [
    {
      title: 'Where Attune is',
      settings: [
        { name: 'ATTUNE_API_URL', means: `People, actions and sensors reach it at ${now.apiUrl}` },
        {
          name: 'TRUSTED_PROXIES',
          means: or(now.TRUSTED_PROXIES, 'No proxy is believed what it says of a caller'),
        },
        { name: 'LOG_LEVEL', means: `Its own log holds ${now.LOG_LEVEL} and above` },
      ],
    },
    {
      title: 'How runs end',
      settings: [
        {
          name: 'DEFAULT_TIMEOUT_SECONDS',
          means: `A run may take ${formatSeconds(now.DEFAULT_TIMEOUT_SECONDS)} unless it says otherwise`,
        },
        {
          name: 'KILL_GRACE_SECONDS',
          means: `SIGKILL comes ${formatSeconds(now.KILL_GRACE_SECONDS)} after SIGTERM`,
        },
        {
          name: 'LEASE_SECONDS',
          means: `A worker that is silent for ${formatSeconds(now.LEASE_SECONDS + now.LEASE_GRACE_SECONDS)} has lost its runs`,
        },
        {
          name: 'DRAIN_SECONDS',
          means: `A worker that stops gives its runs ${formatSeconds(now.DRAIN_SECONDS)}`,
        },
        {
          name: 'ISOLATION_MINIMUM',
          means:
            now.ISOLATION_MINIMUM === 'none'
              ? 'A worker takes the strongest isolation that its host allows, and starts even where that is none'
              : `A worker refuses to start, and to run anything, with less than ${now.ISOLATION_MINIMUM}`,
        },
      ],
    },
    {
      title: 'What a run may use',
      settings: [
        { name: 'LIMIT_CPU_SECONDS', means: `Processor: ${limit(now.LIMIT_CPU_SECONDS, ' s')}` },
        { name: 'LIMIT_MEMORY_MB', means: `Memory: ${limit(now.LIMIT_MEMORY_MB, ' MB')}` },
        { name: 'LIMIT_PROCESSES', means: `Processes: ${limit(now.LIMIT_PROCESSES, '')}` },
        { name: 'LIMIT_OPEN_FILES', means: `Open files: ${limit(now.LIMIT_OPEN_FILES, '')}` },
        { name: 'LIMIT_FILE_SIZE_MB', means: `One file: ${limit(now.LIMIT_FILE_SIZE_MB, ' MB')}` },
        { name: 'LIMIT_DISK_MB', means: `Its directory: ${limit(now.LIMIT_DISK_MB, ' MB')}` },
        { name: 'LOG_BYTES_MAX', means: `Output that is kept: ${formatBytes(now.LOG_BYTES_MAX)}` },
        { name: 'RESULT_BYTES_MAX', means: `Its result: ${formatBytes(now.RESULT_BYTES_MAX)}` },
      ],
    },
    {
      title: 'When it is too much',
      settings: [
        {
          name: 'BACKLOG_MAX',
          means: `Events are refused while ${formatCount(now.BACKLOG_MAX)} runs wait`,
        },
        {
          name: 'DISK_FREE_MIN_BYTES',
          means: `Workers take nothing new with less than ${formatBytes(now.DISK_FREE_MIN_BYTES)} of disk free`,
        },
      ],
    },
  ];
}
