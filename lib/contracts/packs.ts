import { z } from 'zod';
import { data, Id, JsonObject, PackRef, pageOf, PageQuery, Success, Timestamp } from './common.ts';
import type { Operation } from './operation.ts';
import { change, Description, FlatSchema, Label, patch, PathRef, Tags } from './patch.ts';

export const PackSummary = z
  .object({
    id: Id,
    ref: z.string(),
    label: z.string(),
    description: z.string().nullable(),
    version: z.string(),
    tags: z.array(z.string()),
    is_standard: z.boolean(),
    component_counts: z.object({
      actions: z.int(),
      triggers: z.int(),
      sensors: z.int(),
      rules: z.int(),
    }),
    created: Timestamp,
    updated: Timestamp,
  })
  .meta({ id: 'PackSummary' });
export type PackSummary = z.infer<typeof PackSummary>;

export const Pack = PackSummary.extend({
  conf_schema: JsonObject,
  config: JsonObject,
  meta: JsonObject,
  runtime_deps: z.array(z.string()),
  dependencies: z.array(z.string()),
  digest: z.string().nullable().describe('sha-256 over paths and contents of the installed files.'),
  source_path: z.string().nullable().describe('The directory that it was registered from.'),
  readme: z.string().nullable(),
}).meta({ id: 'Pack' });
export type Pack = z.infer<typeof Pack>;

const Version = z.string().trim().min(1).max(100);
const Refs = z.array(z.string().max(200)).max(200);

export const PackCreate = z
  .object({
    ref: PackRef,
    label: Label,
    version: Version,
    description: Description.nullish(),
    conf_schema: FlatSchema.default({}),
    config: JsonObject.default({}),
    meta: JsonObject.default({}),
    tags: Tags.default([]),
    runtime_deps: Refs.default([]),
    dependencies: Refs.default([]),
  })
  .meta({ id: 'PackCreate' });
export type PackCreate = z.infer<typeof PackCreate>;

export const PackUpdate = z
  .object({
    label: change(Label),
    description: patch(Description),
    version: change(Version),
    conf_schema: change(FlatSchema),
    config: change(JsonObject),
    meta: change(JsonObject),
    tags: change(Tags),
    runtime_deps: change(Refs),
    dependencies: change(Refs),
  })
  .meta({ id: 'PackUpdate' });
export type PackUpdate = z.infer<typeof PackUpdate>;

export const PackRegister = z
  .object({
    path: z.string().min(1).max(4096).describe('An absolute directory that the server can read.'),
    force: z
      .boolean()
      .default(false)
      .describe('Load it again although there is a pack of that name.'),
    skip_tests: z.boolean().default(false),
  })
  .meta({ id: 'PackRegister' });
export type PackRegister = z.infer<typeof PackRegister>;

/** What is wrong with one file of a pack. */
export const PackProblem = z
  .object({ file: z.string(), line: z.int().nullable(), reason: z.string() })
  .meta({ id: 'PackProblem' });
export type PackProblem = z.infer<typeof PackProblem>;

export const PackInstall = z
  .object({
    pack: Pack,
    tests_skipped: z.boolean(),
    test_result: JsonObject.nullable(),
    problems: z.array(PackProblem).describe('Components that were left out, and why.'),
  })
  .meta({ id: 'PackInstall' });
export type PackInstall = z.infer<typeof PackInstall>;

const tag = 'packs';
const read = { tokens: ['identity', 'execution'], permission: 'packs:read' } as const;

export const listPacks = {
  id: 'listPacks',
  method: 'GET',
  path: '/api/v1/packs',
  tag,
  summary: 'List packs',
  access: read,
  query: PageQuery,
  status: 200,
  result: pageOf(PackSummary),
} as const satisfies Operation;

export const createPack = {
  id: 'createPack',
  method: 'POST',
  path: '/api/v1/packs',
  tag,
  summary: 'Create a pack without files',
  access: { tokens: ['identity'], permission: 'packs:create' },
  body: PackCreate,
  status: 201,
  result: data(Pack),
} as const satisfies Operation;

export const registerPack = {
  id: 'registerPack',
  method: 'POST',
  path: '/api/v1/packs/register',
  tag,
  summary: 'Install a pack from a directory on the server',
  access: { tokens: ['identity'], permission: 'packs:install' },
  body: PackRegister,
  status: 201,
  result: data(PackInstall),
} as const satisfies Operation;

export const getPack = {
  id: 'getPack',
  method: 'GET',
  path: '/api/v1/packs/{ref}',
  tag,
  summary: 'Get a pack',
  access: read,
  params: PathRef,
  status: 200,
  result: data(Pack),
} as const satisfies Operation;

export const updatePack = {
  id: 'updatePack',
  method: 'PUT',
  path: '/api/v1/packs/{ref}',
  tag,
  summary: 'Change a pack or its configuration',
  access: { tokens: ['identity'], permission: 'packs:configure' },
  params: PathRef,
  body: PackUpdate,
  status: 200,
  result: data(Pack),
} as const satisfies Operation;

export const deletePack = {
  id: 'deletePack',
  method: 'DELETE',
  path: '/api/v1/packs/{ref}',
  tag,
  summary: 'Delete a pack with all its components',
  access: { tokens: ['identity'], permission: 'packs:delete' },
  params: PathRef,
  status: 200,
  result: Success,
} as const satisfies Operation;

export const packOperations = [
  listPacks,
  createPack,
  registerPack,
  getPack,
  updatePack,
  deletePack,
] as const;
