import type { JsonObject } from '#lib/domain/json.ts';
import { sql } from '#server/db/sql.ts';

/** A sensor that should run somewhere now, and what its process would be told. */
export interface WantedSensor {
  readonly id: number;
  readonly ref: string;
  readonly pack_ref: string;
  readonly entrypoint: string;
  readonly runner_type: string;
  readonly trigger_refs: string[];
  readonly param_schema: unknown;
  readonly config: JsonObject;
  readonly mq: boolean;
  /** Null until its pack is installed. */
  readonly storage_path: string | null;
  readonly pack_digest: string | null;
  readonly restart_requests: number;
  /** Whether a worker holds it at this moment. */
  readonly leased: boolean;
  /** The enabled rules of its triggers; never empty. */
  readonly rules: {
    readonly id: number;
    readonly ref: string;
    readonly trigger_ref: string;
    readonly config: JsonObject;
  }[];
}

/** Enabled, not stopped by an operator, and used by at least one enabled rule. */
export const listWantedSensors = (): Promise<WantedSensor[]> =>
  sql.query<WantedSensor>(
    `select s.id, s.ref, s.pack_ref, s.entrypoint, s.runner_type, s.trigger_refs, s.param_schema, s.config, s.mq,
            k.storage_path, k.digest as pack_digest, coalesce(p.restart_requests, 0) as restart_requests,
            coalesce(p.lease_expires_at > clock_timestamp(), false) as leased, r.rules
     from sensor s
     join pack k on k.id = s.pack_id
     left join sensor_process p on p.sensor_id = s.id
     cross join lateral (
       select jsonb_agg(jsonb_build_object('id', id, 'ref', ref, 'trigger_ref', trigger_ref, 'config', trigger_params)
                        order by id) as rules
       from rule where enabled and trigger_ref = any (s.trigger_refs)
     ) r
     where s.enabled and coalesce(p.wanted, 'run') <> 'stop' and r.rules is not null
     order by s.id`,
  );
