import { z } from 'zod';
import { data, Success } from './common.ts';
import type { Operation } from './operation.ts';

export const Demo = z
  .object({
    pack_ref: z.string(),
    rules: z.array(z.object({ ref: z.string(), every_seconds: z.int(), action_ref: z.string() })),
  })
  .meta({ id: 'Demo' });
export type Demo = z.infer<typeof Demo>;

const tag = 'demo';
const access = { tokens: ['identity'], permission: 'rules:create' } as const;

export const startDemo = {
  id: 'startDemo',
  method: 'POST',
  path: '/api/v1/demo',
  tag,
  summary: 'Create the rules of the demo; what is there already stays as it is',
  access,
  status: 200,
  result: data(Demo),
} as const satisfies Operation;

export const removeDemo = {
  id: 'removeDemo',
  method: 'DELETE',
  path: '/api/v1/demo',
  tag,
  summary: 'Remove the pack of the demo with its rules',
  access: { tokens: ['identity'], permission: 'rules:delete' },
  status: 200,
  result: Success,
} as const satisfies Operation;

export const receiveDemo = {
  id: 'receiveDemo',
  method: 'POST',
  path: '/api/v1/demo/receiver',
  tag,
  summary: 'Where the demo posts to: takes any body of at most 64 KiB and keeps nothing',
  access: 'anyone',
  status: 200,
  result: z.object({ received: z.literal(true) }),
} as const satisfies Operation;

export const demoOperations = [startDemo, removeDemo, receiveDemo] as const;
