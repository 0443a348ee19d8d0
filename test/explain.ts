import pg from 'pg';

/** What one statement cost the database, in figures that are the same on a busy machine. */
export interface Plan {
  readonly text: string;
  /** Of its most laborious step: rows that were looked at, also those that did not fit. */
  readonly rowsVisited: number;
}

interface Said {
  readonly text: string;
  readonly values: readonly unknown[];
}

interface PlanNode {
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Join Filter'?: number;
  readonly Plans?: readonly PlanNode[];
}

/** The plans of all that `look` reads: it is done once to hear what it says, and that is said again to be explained. */
export async function explain(look: () => Promise<unknown>): Promise<Plan[]> {
  const said = await listen(look);
  const client = new pg.Client({ connectionString: process.env['DATABASE_URL'] });
  await client.connect();
  const plans: Plan[] = [];
  try {
    for (const { text, values } of said.filter((one) => /^\s*(?:select|with)\b/i.test(one.text))) {
      const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
        `explain (analyze, format json) ${text}`,
        [...values],
      );
      const found = rows[0]?.['QUERY PLAN'][0];
      if (found === undefined) throw new Error(`Nothing was explained: ${text}`);
      plans.push({ text, rowsVisited: visited(found.Plan) });
    }
    return plans;
  } finally {
    await client.end();
  }
}

const visited = (node: PlanNode): number =>
  Math.max(
    (node['Actual Rows'] +
      (node['Rows Removed by Filter'] ?? 0) +
      (node['Rows Removed by Join Filter'] ?? 0)) *
      node['Actual Loops'],
    ...(node.Plans ?? []).map(visited),
  );

/** What is said to the database while `look` looks. */
async function listen(look: () => Promise<unknown>): Promise<Said[]> {
  const said: Said[] = [];
  const prototype = pg.Client.prototype as { query: (...given: unknown[]) => unknown };
  const { query } = prototype;
  prototype.query = function hear(this: unknown, ...given: unknown[]): unknown {
    const [first, second] = given;
    const { text, values } = (
      typeof first === 'string' ? { text: first, values: second } : first
    ) as { text?: unknown; values?: unknown };
    if (typeof text === 'string') said.push({ text, values: Array.isArray(values) ? values : [] });
    return query.apply(this, given);
  };
  try {
    await look();
  } finally {
    prototype.query = query;
  }
  return said;
}
