import type { Pack, PackSummary } from '#lib/contracts/packs.ts';
import { timestamp } from '#server/http/paging.ts';
import { asObject } from './json.ts';
import type { PackRow } from './repository.ts';

export const presentPackSummary = (row: PackRow): PackSummary => ({
  id: row.id,
  ref: row.ref,
  label: row.label,
  description: row.description,
  version: row.version,
  tags: row.tags,
  is_standard: row.isStandard,
  component_counts: row._count,
  created: timestamp(row.createdAt),
  updated: timestamp(row.updatedAt),
});

export const presentPack = (row: PackRow): Pack => ({
  ...presentPackSummary(row),
  conf_schema: asObject(row.confSchema),
  config: asObject(row.config),
  meta: asObject(row.meta),
  runtime_deps: row.runtimeDeps,
  dependencies: row.dependencies,
  digest: row.digest,
  source_path: row.sourcePath,
  readme: row.readme,
});
