import { beforeAll, expect, test } from 'vitest';
import { inTransaction } from '#server/db/sql.ts';
import { explain } from './explain.ts';
import { listLooks } from './list-looks.ts';
import { seedHistory } from './seed-lists.ts';

const isDeep = process.env['ATTUNE_TEST_DEEP'] === '1';

/** `node bench/lists.ts` measures the same with a million, in ms. */
const ROWS = isDeep ? 200_000 : 40_000;
/** What one page of a search may read through, or a chart of one run in twenty, and a little: however long the history is. */
const VISITED_MAX = 15_000;

beforeAll(() => inTransaction((tx) => seedHistory(tx, ROWS)), 300_000);

test(
  'no page of any list, under any filter, looks at more rows because there are more',
  { timeout: isDeep ? 300_000 : 60_000 },
  async () => {
    const looks = listLooks();
    const unbounded: string[] = [];
    for (const [name, look] of looks) {
      const plans = await explain(look);
      expect(plans).not.toEqual([]);
      const rows = Math.max(...plans.map(({ rowsVisited }) => rowsVisited));
      if (rows > VISITED_MAX) unbounded.push(`${name}: ${rows} rows`);
    }
    expect(unbounded).toEqual([]);
    expect(looks.length).toBeGreaterThan(150);
  },
);
