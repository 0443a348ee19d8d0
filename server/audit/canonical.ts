import { createHash } from 'node:crypto';

/**
 * An audit row as the text that is hashed, in SQL: a row in Postgres' own writing, which quotes what needs it and tells
 * null from empty, so that no two rows have one text. The time is in microseconds and `jsonb` has one writing only:
 * neither the server's settings nor a backup and its restore change a byte. (An object of names and values reads better
 * and takes four times as long.) A column that comes later is appended where it is not null: the chains that exist
 * stay whole.
 */
export const CANONICAL = `row(id, (extract(epoch from created) * 1000000)::bigint, category, event_type, outcome,
  actor_identity, actor_login, actor_token_type, actor_ip, request_id, http_method, http_path, http_status,
  resource_type, resource_id, resource_ref, count, details)::text
  || case when actor_token_id is null then '' else row(actor_token_id)::text end`;

/** SHA-256 over the bytes of the hash before and the row, in hex. */
export const linkHash = (previousHex: string, canonical: string): string =>
  createHash('sha256').update(previousHex, 'hex').update(canonical).digest('hex');
