import type { Grant } from './grant.ts';

export interface CorePermissionSet {
  readonly ref: string;
  readonly label: string;
  readonly description: string;
  readonly grants: readonly Grant[];
}

const grant = (resource: string, ...actions: string[]): Grant => ({ resource, actions });

const CRUD = ['read', 'create', 'update', 'delete'] as const;

const readEach = (...resources: string[]): Grant[] =>
  resources.map((resource) => grant(resource, 'read'));

/** The sets that every installation has. */
export const CORE_PERMISSION_SETS: readonly CorePermissionSet[] = [
  {
    ref: 'core.admin',
    label: 'Administrator',
    description: 'Everything, users and permissions included.',
    grants: [
      grant('packs', ...CRUD, 'install', 'configure'),
      grant('actions', ...CRUD, 'execute'),
      grant('policies', ...CRUD),
      grant('queues', ...CRUD),
      grant('queue_items', ...CRUD),
      grant('rules', ...CRUD),
      grant('triggers', ...CRUD),
      grant('sensors', ...CRUD),
      grant('executions', ...CRUD, 'cancel', 'decrypt'),
      grant('events', ...CRUD, 'decrypt'),
      grant('enforcements', ...CRUD, 'decrypt'),
      grant('inquiries', ...CRUD, 'respond'),
      grant('keys', ...CRUD, 'decrypt'),
      grant('caches', ...CRUD),
      grant('artifacts', ...CRUD),
      grant('runtimes', ...CRUD),
      grant('workers', ...CRUD, 'manage'),
      grant('dashboards', ...CRUD),
      grant('retention', 'read', 'update', 'manage'),
      grant('identities', ...CRUD),
      grant('permissions', ...CRUD, 'manage'),
      grant('audit_log', 'read'),
    ],
  },
  {
    ref: 'core.editor',
    label: 'Editor',
    description: 'Installs packs, writes rules and runs actions.',
    grants: [
      grant('packs', 'read', 'create', 'install', 'configure'),
      grant('actions', 'read', 'create', 'update', 'execute'),
      grant('policies', 'read', 'create', 'update'),
      grant('queues', ...CRUD),
      grant('queue_items', ...CRUD),
      grant('rules', 'read', 'create', 'update'),
      grant('triggers', 'read'),
      grant('sensors', 'read'),
      grant('events', 'read', 'create'),
      grant('enforcements', 'read'),
      grant('executions', 'read', 'cancel'),
      grant('keys', 'read', 'update', 'decrypt'),
      grant('artifacts', 'read'),
      grant('runtimes', 'read', 'create', 'update'),
      grant('workers', 'read'),
      grant('dashboards', ...CRUD),
    ],
  },
  {
    ref: 'core.executor',
    label: 'Executor',
    description: 'Runs actions and reads what came of them.',
    grants: [
      ...readEach('packs', 'rules', 'triggers', 'sensors', 'events', 'enforcements', 'executions'),
      ...readEach('keys', 'artifacts', 'runtimes', 'workers', 'dashboards'),
      grant('actions', 'read', 'execute'),
    ],
  },
  {
    ref: 'core.viewer',
    label: 'Viewer',
    description: 'Reads, changes nothing.',
    grants: [
      ...readEach('packs', 'actions', 'policies', 'queues', 'queue_items', 'rules', 'triggers'),
      ...readEach('sensors', 'events', 'enforcements', 'executions', 'keys', 'artifacts'),
      ...readEach('runtimes', 'workers'),
    ],
  },
  {
    ref: 'core.key_creator',
    label: 'Key creator',
    description: 'Lets the SSH key action store what it made, encrypted, for a pack or an action.',
    grants: [
      {
        resource: 'keys',
        actions: ['create'],
        constraints: {
          owner_types: ['pack', 'action'],
          owner_refs: ['core', 'core.generate_ssh_key_pair'],
          encrypted: true,
        },
      },
    ],
  },
];
