import { readdirSync, readFileSync } from 'node:fs';
import { isFinal } from '#lib/domain/execution-status.ts';
import { sql } from '#server/db/sql.ts';
import {
  cancelExecution,
  createExecution,
  getExecution,
  listAttempts,
} from '#server/executions/service.ts';
import { checkInvariants } from '#server/invariants/check-invariants.ts';
import { inSnapshot } from '#server/invariants/in-snapshot.ts';
import { ada } from '#test/executions.ts';
import { waitFor } from './until.ts';

type Terms = Omit<Parameters<typeof createExecution>[1], 'action_ref' | 'parameters' | 'env_vars'>;

interface Wanted {
  readonly action: 'work' | 'repeatable' | 'stubborn' | 'count' | 'flaky' | 'limited';
  /** Variables that the action reads. */
  readonly env?: Readonly<Record<string, string>>;
  readonly terms?: Terms;
}

/** All at once they would wait for a connection longer than anybody is made to. */
const ASKED_AT_ONCE = 20;

/** Executions of one test, and every process that they start: all of them carry the same mark. */
export class Runs {
  readonly #mark = crypto.randomUUID();
  readonly #ids: number[] = [];

  /** @returns the id */
  async ask({ action, env = {}, terms = {} }: Wanted): Promise<number> {
    const { id } = await createExecution(ada, {
      ...terms,
      action_ref: `faults.${action}`,
      parameters: {},
      env_vars: { ...env, FAULT_MARK: this.#mark },
    });
    this.#ids.push(id);
    return id;
  }

  async askMany(times: number, wanted: Wanted): Promise<number[]> {
    const ids: number[] = [];
    while (ids.length < times) {
      const together = Math.min(ASKED_AT_ONCE, times - ids.length);
      ids.push(...(await Promise.all(Array.from({ length: together }, () => this.ask(wanted)))));
    }
    return ids;
  }

  /** The processes that live right now, by what they say themselves; none that has become a zombie. */
  processes(): { pid: number; execution: number; attempt: number }[] {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((pid) => {
        const environment = environmentOf(pid);
        if (!environment.includes(`FAULT_MARK=${this.#mark}`)) return [];
        const number = (variable: string) =>
          Number(environment.find((each) => each.startsWith(`${variable}=`))?.split('=')[1]);
        return {
          pid: Number(pid),
          execution: number('ATTUNE_EXEC_ID'),
          attempt: number('ATTUNE_ATTEMPT'),
        };
      });
  }

  /** Waits until so many executions have processes. */
  untilWorking = (executions: number, attempt = 1): Promise<void> =>
    waitFor(
      { until: `${executions} working`, withinMs: 30_000 },
      () => this.processes().filter((each) => each.attempt === attempt),
      (found) => new Set(found.map(({ execution }) => execution)).size === executions,
    );

  untilStarted = (id: number, withinMs: number): Promise<void> =>
    waitFor(
      { until: `execution ${id} claimed`, withinMs },
      () => attemptsOf(id),
      (attempts) => attempts.length > 0,
    );

  untilGone = (withinMs = 5_000): Promise<void> =>
    waitFor(
      { until: 'rid of every process', withinMs },
      () => this.processes(),
      (left) => left.length === 0,
    );

  cancel = (id: number): Promise<unknown> => cancelExecution(ada, id);

  /** Waits until all have ended and nothing is left: no process, no token of an ended attempt, no broken promise. */
  async untilAllEnded(withinMs: number): Promise<void> {
    await waitFor(
      { until: 'all ended', withinMs },
      () => this.statuses(),
      (statuses) => statuses.every(isFinal),
    );
    await this.untilGone();
    await checkSoundness();
  }

  /** In the order in which they were asked for. */
  statuses = () => Promise.all(this.#ids.map(async (id) => (await getExecution(ada, id)).status));
}

/** @throws Error when a token of an ended attempt lives, or an invariant is broken */
export async function checkSoundness(): Promise<void> {
  const live = await sql.query(
    `select t.jti from token t join attempt a on a.id = t.attempt_id where a.status <> 'running' and t.ended_at is null`,
  );
  const broken = await inSnapshot(checkInvariants);
  if (live.length + broken.length > 0)
    throw new Error(`Promises are broken: ${JSON.stringify({ live, broken })}`);
}

/** How its attempts ended, in order. */
export const attemptsOf = async (id: number): Promise<string[]> =>
  (await listAttempts(ada, id)).map(({ status }) => status);

/** What its processes wrote on stdout, of one attempt or all. */
export async function outputOf(id: number, attempt: number | null = null): Promise<string> {
  const rows = await sql.query<{ content: Buffer }>(
    `select content from log_chunk where execution_id = $1 and stream = 'stdout' and ($2::int is null or attempt = $2) order by seq`,
    [id, attempt],
  );
  return Buffer.concat(rows.map(({ content }) => content)).toString();
}

function environmentOf(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    return []; // gone, or not ours to look at
  }
}
