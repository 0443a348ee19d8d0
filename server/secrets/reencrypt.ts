import type { JsonValue } from '#lib/domain/json.ts';
import { sql } from '#server/db/sql.ts';
import { log } from '#server/log.ts';
import { decrypt, encrypt } from './cipher.ts';
import { writerKey } from './keyring.ts';

const BATCH_ROWS = 200;

/** Something encrypted, as it stands in its row. */
interface Sealed {
  readonly id: number;
  readonly place: string;
  readonly ciphertext: Buffer;
  readonly key_id: string | null;
}

/**
 * A column that holds encrypted values. `list` gives those that another key than `$1` encrypted, after id `$2`, at most
 * `$3`; `replace` puts `$3` and the id `$4` of its key in the place of `$2` in row `$1`, unless it has changed since.
 */
interface Store {
  readonly name: string;
  readonly list: string;
  readonly replace: string;
}

/** The value inside a bytea of JSON, `{"key_id", "ciphertext"}` with base64. */
const inBytes = (column: string) => `convert_from(${column}, 'UTF8')::jsonb`;

export const STORES: readonly Store[] = [
  {
    name: 'key.ciphertext',
    list: `select id, ref as place, ciphertext, encryption_key_hash as key_id from key
           where ciphertext is not null and encryption_key_hash is distinct from $1 and id > $2 order by id limit $3`,
    replace: `update key set ciphertext = $3, encryption_key_hash = $4 where id = $1 and ciphertext = $2`,
  },
  {
    name: 'disclosed_secret.ciphertext',
    list: `select id, 'disclosed_secret:' || name as place, ciphertext, encryption_key_hash as key_id from disclosed_secret
           where encryption_key_hash is distinct from $1 and id > $2 order by id limit $3`,
    replace: `update disclosed_secret set ciphertext = $3, encryption_key_hash = $4 where id = $1 and ciphertext = $2`,
  },
  {
    name: 'execution.secret_config',
    list: `select id, 'execution.secret_config' as place, decode(${inBytes('secret_config')} ->> 'ciphertext', 'base64') as ciphertext,
                  ${inBytes('secret_config')} ->> 'key_id' as key_id from execution
           where secret_config is not null and ${inBytes('secret_config')} ->> 'key_id' <> $1 and id > $2 order by id limit $3`,
    replace: `update execution
              set secret_config = convert_to(jsonb_build_object('key_id', $4::text,
                                  'ciphertext', translate(encode($3::bytea, 'base64'), E'\\n', ''))::text, 'UTF8')
              where id = $1 and decode(${inBytes('secret_config')} ->> 'ciphertext', 'base64') = $2`,
  },
  {
    name: 'trigger.webhook_config',
    list: `select id, 'trigger.webhook_config' as place, decode(webhook_config #>> '{hmac,secret,ciphertext}', 'base64') as ciphertext,
                  webhook_config #>> '{hmac,secret,key_id}' as key_id from trigger
           where webhook_config #>> '{hmac,secret,key_id}' <> $1 and id > $2 order by id limit $3`,
    replace: `update trigger
              set webhook_config = jsonb_set(webhook_config::jsonb, '{hmac,secret}', jsonb_build_object('key_id', $4::text,
                                   'ciphertext', translate(encode($3::bytea, 'base64'), E'\\n', '')))
              where id = $1 and decode(webhook_config #>> '{hmac,secret,ciphertext}', 'base64') = $2`,
  },
];

export interface Reencrypted {
  readonly changed: number;
  /** Values that no key of ours opens; they stay as they are. */
  readonly unreadable: number;
}

/**
 * Encrypts by the newest key whatever an older one encrypted. Safe to repeat and to interrupt: each row is changed by
 * one statement, and only if it is still what was read.
 */
export async function reencrypt(): Promise<Reencrypted> {
  const total = { changed: 0, unreadable: 0 };
  for (const store of STORES) {
    for (let after = 0; ;) {
      const rows = await sql.query<Sealed>(store.list, [writerKey().id, after, BATCH_ROWS]);
      for (const row of rows) {
        if (await change(store, row)) total.changed += 1;
        else total.unreadable += 1;
      }
      if (rows.length < BATCH_ROWS) break;
      after = rows.at(-1)?.id ?? 0;
    }
  }
  return total;
}

/** @returns false when it cannot be read */
async function change({ name, replace }: Store, row: Sealed): Promise<boolean> {
  let value: JsonValue;
  try {
    value = decrypt(row.ciphertext, row.key_id, row.place);
  } catch (error) {
    log.warn({ err: error, store: name, id: row.id }, 'a secret could not be encrypted anew');
    return false;
  }
  const { ciphertext, keyId } = encrypt(value, row.place);
  await sql.query(replace, [row.id, row.ciphertext, Buffer.from(ciphertext), keyId]);
  return true;
}
