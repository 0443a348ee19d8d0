import { z } from 'zod';
import { commaList } from './common.ts';
import type { Operation, Permission } from './operation.ts';

/** What lists are of, and who may hear that one of them changed: whoever may read it. */
export const CHANGE_TOPICS = {
  actions: 'actions:read',
  audit: 'audit_log:read',
  enforcements: 'enforcements:read',
  events: 'events:read',
  executions: 'executions:read',
  keys: 'keys:read',
  packs: 'packs:read',
  rules: 'rules:read',
  sensors: 'sensors:read',
  /** What is done with the tokens of runs and sensors. */
  tokens: 'executions:read',
  triggers: 'triggers:read',
  workers: 'workers:read',
} as const satisfies Record<string, Permission>;
export type ChangeTopic = keyof typeof CHANGE_TOPICS;

export const ChangeTopic = z.enum(Object.keys(CHANGE_TOPICS) as [ChangeTopic, ...ChangeTopic[]]);

/** What an event of the stream says: which topics, and the instant from which the next words go on. */
export const ChangeNews = z.object({
  topics: z.array(ChangeTopic),
  at: z.iso.datetime(),
});
export type ChangeNews = z.infer<typeof ChangeNews>;

export const streamChanges = {
  id: 'streamChanges',
  method: 'GET',
  path: '/api/v1/changes',
  tag: 'changes',
  summary:
    'Which lists changed, as server-sent events: `hello`, then `changed` at most twice a second',
  // Of the topics that were asked for those that the caller may read; 403 when that is none of them.
  access: { tokens: ['identity'], permission: null },
  query: z.object({
    topics: commaList(ChangeTopic).pipe(z.array(ChangeTopic).min(1)),
    since: z.iso
      .datetime()
      .optional()
      .describe('When the reader read its list; now, without it. `Last-Event-ID` goes before it.'),
  }),
  status: 200,
  produces: ['text/event-stream'],
} as const satisfies Operation;

export const changeOperations = [streamChanges] as const;
