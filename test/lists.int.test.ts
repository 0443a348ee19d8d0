import { beforeAll, expect, test } from 'vitest';
import pg from 'pg';
import { explain } from './explain.ts';
import { listLooks } from './list-looks.ts';
import { seedHistory } from './seed-lists.ts';

const isDeep = process.env['ATTUNE_TEST_DEEP'] === '1';

/** `node bench/lists.ts` measures the same with a million, in ms. */
const ROWS = isDeep ? 200_000 : 40_000;
/** What one page of a search may read through, or a chart of one run in twenty, and a little: however long the history is. */
const VISITED_MAX = 15_000;
/** A chart walks back until it has its 600 points: 48,000 rows for what one run in eighty is like, and never more. */
const CHART_VISITED_MAX = isDeep ? 50_000 : VISITED_MAX;

beforeAll(async () => {
  // With the patience that a server has for its own statements it would not be done.
  const client = new pg.Client({ connectionString: process.env['DATABASE_URL'] });
  await client.connect();
  await seedHistory({ query: async (text) => (await client.query(text)).rows }, ROWS);
  await client.end();
}, 300_000);

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
      const max = name.startsWith('chart ') ? CHART_VISITED_MAX : VISITED_MAX;
      if (rows > max) unbounded.push(`${name}: ${rows} rows`);
    }
    expect(unbounded).toEqual([]);
    expect(looks.length).toBeGreaterThan(150);
  },
);
