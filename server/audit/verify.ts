import { inTransaction, type Tx } from '#server/db/sql.ts';
import { CANONICAL, linkHash } from './canonical.ts';
import { FORGOTTEN } from './forget.ts';

/** The place and hash of a row; what was once noted outside can be compared with what is there today. */
export interface ChainPlace {
  readonly seq: number;
  readonly hash: string;
}

/** The first row that is not as it was linked. */
export interface ChainBreak {
  readonly seq: number;
  /** Null when no row has that place. */
  readonly id: number | null;
  readonly kind: 'changed' | 'deleted' | 'inserted' | 'reordered' | 'end';
  /** What is wrong, in one sentence. */
  readonly sentence: string;
}

export interface ChainReport {
  /** Null when every row is as it was linked. */
  readonly broken: ChainBreak | null;
  /** Rows that were read and are as they were linked. */
  readonly verified: number;
  /** The last row that retention deleted; place 0 = none. */
  readonly anchor: ChainPlace;
  readonly head: ChainPlace;
  /** Written within the last moment, and not linked yet. */
  readonly unchained: number;
}

interface Row extends ChainPlace {
  readonly id: number;
  readonly prev: string;
  readonly canonical: string;
}

const BATCH_ROWS = 5_000;

/**
 * Computes the whole chain again, in the order of linking, and says where it breaks first. All of it is of one instant,
 * whatever is written meanwhile.
 *
 * @param noted places written down before, to be found again with the same hash
 */
export const verifyAudit = (noted: readonly ChainPlace[] = []): Promise<ChainReport> =>
  inTransaction(async (tx) => {
    await tx.query('set transaction isolation level repeatable read, read only');
    const { anchor, head, unchained } = await readEnds(tx);
    const walk = await walkChain(tx, anchor, noted);
    const broken = walk.broken ?? (await checkEnds(tx, anchor, head, walk.last));
    return { broken, verified: walk.verified, anchor, head, unchained };
  });

async function readEnds(
  tx: Tx,
): Promise<{ anchor: ChainPlace; head: ChainPlace; unchained: number }> {
  const [ends] = await tx.query<{
    head_seq: number;
    head_hash: string;
    anchor_seq: number;
    anchor_hash: string;
    unchained: number;
  }>(
    `select head_seq, encode(head_hash, 'hex') as head_hash, anchor_seq, encode(anchor_hash, 'hex') as anchor_hash,
            (select count(*) from audit_event where chain_seq is null) as unchained
     from audit_chain`,
  );
  if (ends === undefined) throw new Error('The row of audit_chain is missing: restore a backup.');
  return {
    anchor: { seq: ends.anchor_seq, hash: ends.anchor_hash },
    head: { seq: ends.head_seq, hash: ends.head_hash },
    unchained: ends.unchained,
  };
}

interface Walk {
  readonly broken: ChainBreak | null;
  readonly verified: number;
  readonly last: ChainPlace;
}

async function walkChain(tx: Tx, anchor: ChainPlace, noted: readonly ChainPlace[]): Promise<Walk> {
  const hashes = new Map(noted.map(({ seq, hash }) => [seq, hash]));
  let last = anchor;
  let verified = 0;
  // The next batch is on its way while this one is hashed.
  let coming = readBatch(tx, Number.MIN_SAFE_INTEGER);
  for (;;) {
    const rows = await coming;
    const end = rows.at(-1);
    if (end === undefined) return { broken: null, verified, last };
    coming = readBatch(tx, end.seq);
    for (const row of rows) {
      if (!follows(row, last) || !isNoted(row, hashes)) {
        await coming; // one statement at a time
        return { broken: await describeBreak(tx, last, row, hashes), verified, last };
      }
      last = { seq: row.seq, hash: row.hash };
      verified++;
    }
  }
}

const follows = (row: Row, last: ChainPlace): boolean =>
  row.seq === last.seq + 1 && row.prev === last.hash && fits(row);

const fits = (row: Row): boolean => linkHash(row.prev, row.canonical) === row.hash;

const isNoted = ({ seq, hash }: Row, hashes: ReadonlyMap<number, string>): boolean =>
  (hashes.get(seq) ?? hash) === hash;

const readBatch = (tx: Tx, afterSeq: number): Promise<Row[]> =>
  tx.query<Row>(
    `select id, chain_seq as seq, encode(prev_hash, 'hex') as prev, encode(hash, 'hex') as hash, ${CANONICAL} as canonical
     from audit_event where chain_seq > $1 order by chain_seq limit ${BATCH_ROWS}`,
    [afterSeq],
  );

async function describeBreak(
  tx: Tx,
  last: ChainPlace,
  row: Row,
  hashes: ReadonlyMap<number, string>,
): Promise<ChainBreak> {
  if (row.seq <= last.seq)
    return at(row, 'inserted', `stands before the chain begins, after ${last.seq}: it was put in`);
  if (row.seq > last.seq + 1) {
    const missing = row.seq === last.seq + 2 ? 'is' : `to ${row.seq - 1} are`;
    return {
      seq: last.seq + 1,
      id: null,
      kind: 'deleted',
      sentence: `Place ${last.seq + 1} ${missing} empty: what stood there was deleted. The next row is audit event ${row.id} at place ${row.seq}.`,
    };
  }
  if (!fits(row))
    return at(
      row,
      'changed',
      'does not fit its hash: it was changed after it was linked, or put in',
    );
  if (row.prev !== last.hash) return misplaced(tx, last, row);
  return at(
    row,
    'changed',
    `has not the hash that was noted, ${hashes.get(row.seq)}: the chain was written anew`,
  );
}

/** The row is itself as it was linked, but not after the row that stands before it now. */
async function misplaced(tx: Tx, last: ChainPlace, row: Row): Promise<ChainBreak> {
  const [before] = await tx.query<{ id: number; seq: number }>(
    `select id, chain_seq as seq from audit_event where hash = decode($1, 'hex') and chain_seq is not null limit 1`,
    [row.prev],
  );
  if (before === undefined) {
    return at(
      row,
      'deleted',
      `was linked after a row that is gone: what stood at place ${last.seq}, or between the two, was replaced or deleted`,
    );
  }
  if (before.seq < last.seq) {
    const [extra] = await tx.query<{ id: number }>(
      'select id from audit_event where chain_seq = $1',
      [before.seq + 1],
    );
    return {
      seq: before.seq + 1,
      id: extra?.id ?? null,
      kind: 'inserted',
      sentence: `Audit event ${extra?.id} at place ${before.seq + 1} was put in: audit event ${row.id} was linked right after place ${before.seq}.`,
    };
  }
  return at(
    row,
    'reordered',
    `was linked after audit event ${before.id}, which stands at place ${before.seq}: their order was changed`,
  );
}

const at = ({ seq, id }: Row, kind: ChainBreak['kind'], what: string): ChainBreak => ({
  seq,
  id,
  kind,
  sentence: `Audit event ${id} at place ${seq} ${what}.`,
});

/** The chain itself holds; whether it begins and ends where it should, its two ends say. */
async function checkEnds(
  tx: Tx,
  anchor: ChainPlace,
  head: ChainPlace,
  last: ChainPlace,
): Promise<ChainBreak | null> {
  if (last.seq === head.seq && last.hash !== head.hash) {
    return {
      seq: last.seq,
      id: null,
      kind: 'end',
      sentence: `The last row, at place ${last.seq}, has not the hash that was linked last: it was replaced.`,
    };
  }
  if (last.seq !== head.seq) {
    return {
      seq: Math.min(last.seq, head.seq) + 1,
      id: null,
      kind: 'end',
      sentence: `The chain ends at place ${last.seq}, and the last row that was linked had place ${head.seq}: the end was cut off or added to.`,
    };
  }
  if (anchor.seq === 0) return null;
  const [told] = await tx.query<{ through: number; digest: string }>(
    `select (details ->> 'through')::bigint as through, details ->> 'digest' as digest
     from audit_event where event_type = $1 order by id desc limit 1`,
    [FORGOTTEN],
  );
  if (told?.through === anchor.seq && told.digest === anchor.hash) return null;
  return {
    seq: anchor.seq,
    id: null,
    kind: 'deleted',
    sentence: `The chain begins after place ${anchor.seq}, and the last deletion that the audit knows of went to place ${told?.through ?? 0}: rows were deleted without retention.`,
  };
}
