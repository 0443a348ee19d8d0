/** Small and quiet: 16 MB at rest instead of 26, enough for the demo and a team. `DATABASE_URL` is for more. */
const SETTINGS = {
  listen_addresses: '', // an action shares the loopback interface and must not reach the database
  shared_buffers: '32MB',
  max_connections: '60',
  autovacuum_max_workers: '1',
  io_method: 'sync',
  jit: 'off',
  max_parallel_workers: '0',
  max_worker_processes: '2',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_logical_replication_workers: '0',
  max_wal_size: '256MB',
  min_wal_size: '32MB',
  log_checkpoints: 'off',
};

/** Arguments of the server; `overrides` win. */
export function settingArgs(socketDir: string, overrides: Record<string, string> = {}): string[] {
  const settings = { ...SETTINGS, unix_socket_directories: socketDir, ...overrides };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
