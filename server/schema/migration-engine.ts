import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { PrismaPg } from '@prisma/adapter-pg';
import {
  bindMigrationAwareSqlAdapterFactory,
  type SqlDriverAdapter,
} from '@prisma/driver-adapter-utils';
import * as engineModule from '@prisma/schema-engine-wasm/schema_engine_bg';
import type { SchemaEngine } from '@prisma/schema-engine-wasm';
import type pg from 'pg';

let loaded: Promise<void> | null = null;

interface MigrationEngine {
  readonly engine: SchemaEngine;
  /** What Postgres said about the last script that it refused; the engine's own errors lose it. */
  readonly refusal: () => unknown;
}

/** Prisma's own migration engine, compiled to WASM: no binary to download, the same files and bookkeeping. */
export async function openMigrationEngine(pool: pg.Pool): Promise<MigrationEngine> {
  await (loaded ??= load());
  const adapter = new WholeScriptAdapter(pool);
  const factory = bindMigrationAwareSqlAdapterFactory(adapter);
  const engine = await engineModule.SchemaEngine.new(
    { datamodels: undefined },
    () => undefined,
    factory,
  );
  return { engine, refusal: () => adapter.refusal };
}

/** The package's entry wants a bundler that imports `.wasm`; Node is told by hand. */
async function load(): Promise<void> {
  const entry = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm');
  const bytes = readFileSync(entry.replace(/schema_engine\.js$/, 'schema_engine_bg.wasm'));
  const { instance } = await WebAssembly.instantiate(bytes, {
    './schema_engine_bg.js': engineModule as unknown as WebAssembly.ModuleImports,
  });
  const glue = engineModule as unknown as { readonly __wbg_set_wasm: (wasm: unknown) => void };
  glue.__wbg_set_wasm(instance.exports);
  (instance.exports as { readonly __wbindgen_start: () => void }).__wbindgen_start();
}

/**
 * The stock adapter cuts a script at every semicolon, functions' bodies included. Sent whole, Postgres also runs it as
 * one transaction: a migration is applied or it is not.
 */
class WholeScriptAdapter extends PrismaPg {
  refusal: unknown = null;
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    super(pool);
    this.#pool = pool;
  }

  override async connect(): ReturnType<PrismaPg['connect']> {
    const adapter = await super.connect();
    const whole: Pick<SqlDriverAdapter, 'executeScript'> = {
      executeScript: async (script) => {
        try {
          await this.#pool.query(script);
        } catch (error) {
          this.refusal = error;
          throw error;
        }
      },
    };
    return Object.assign(adapter, whole);
  }
}
