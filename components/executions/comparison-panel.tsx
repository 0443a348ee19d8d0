import Form from 'next/form';
import Link from 'next/link';
import { Button } from '#components/ui/button.tsx';
import { Empty } from '#components/ui/empty.tsx';
import { TextInput } from '#components/ui/field.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { StatusBadge } from '#components/ui/status-badge.tsx';
import { Time } from '#components/ui/time.tsx';
import type { EnvironmentContext, Execution } from '#lib/contracts/executions.ts';
import { formatDuration, msBetween } from '#lib/format.ts';
import { paths } from '#lib/paths.ts';
import { differencesOf, firstDifferingLine } from './compare.ts';
import { Differences, Group, Row, Value, Variables } from './comparison-rows.tsx';

/** All that is compared of one run. */
export interface Side {
  readonly run: Execution;
  readonly context: EnvironmentContext | null;
  /** The beginning of each. */
  readonly output: Readonly<Record<'stdout' | 'stderr', string>>;
}

interface ComparisonPanelProps {
  readonly here: Side;
  /** Null: there is none to compare with; see `why`. */
  readonly other: Side | null;
  readonly why: string | null;
  /** What was asked for: a run, or the last success. */
  readonly asked: number | undefined;
}

/** Two runs side by side: what was given, what was there, and what came of it. */
export function ComparisonPanel({ here, other, why, asked }: ComparisonPanelProps) {
  const { id } = here.run;
  return (
    <Panel
      end={
        <Form action={paths.execution(id)} className="flex items-center gap-2" scroll={false}>
          <input name="tab" type="hidden" value="compare" />
          <div className="grid grid-cols-[auto_88px] items-center gap-2 whitespace-nowrap">
            <label htmlFor="compare-with">with run</label>
            <TextInput
              id="compare-with"
              defaultValue={asked ?? other?.run.id ?? ''}
              inputMode="numeric"
              key={asked ?? other?.run.id}
              name="with"
              pattern="[1-9][0-9]{0,14}"
              required
            />
          </div>
          <Button type="submit">Compare</Button>
          {asked !== undefined && (
            <Link
              className="underline underline-offset-2"
              href={`${paths.execution(id)}?tab=compare`}
              scroll={false}
            >
              Last success
            </Link>
          )}
        </Form>
      }
      title={asked === undefined ? 'Since it last succeeded' : 'Two runs'}
    >
      {other === null ? <Empty>{why}</Empty> : <Table here={here} other={other} />}
    </Panel>
  );
}

function Table({ here, other }: { readonly here: Side; readonly other: Side }) {
  const { run } = here;
  const was = other.run;
  return (
    <div className="relative overflow-x-auto">
      <table className="w-full table-fixed border-collapse">
        <caption className="sr-only">
          Run {was.id} and run {run.id}, where they differ
        </caption>
        <thead>
          <tr className="text-left text-2xs text-ink-3">
            <th
              className="h-7 w-[31%] border-b md:w-[24%] border-line px-3 font-medium"
              scope="col"
            >
              What
            </th>
            <th className="border-b border-line px-2 font-medium" scope="col">
              <Link className="underline underline-offset-2" href={paths.execution(was.id)}>
                Run {was.id}
              </Link>
              , <Time at={was.created} />
            </th>
            <th className="border-b border-line px-2 font-medium" scope="col">
              This run, {run.id}
            </th>
          </tr>
        </thead>
        <Group title="How it went">
          <Row
            is={<StatusBadge status={run.status} />}
            isSame={run.status === was.status}
            name="Status"
            was={<StatusBadge status={was.status} />}
          />
          <Row
            is={tookOf(run)}
            isSame={isAsLong(took(run), took(was))}
            name="Took"
            was={tookOf(was)}
          />
          <Row
            is={queueOf(run)}
            isSame={isAsLong(waited(run), waited(was))}
            name="Waited"
            was={queueOf(was)}
          />
          <Row
            is={run.attempt_count}
            isSame={run.attempt_count === was.attempt_count}
            name="Attempts"
            was={was.attempt_count}
          />
          <Row
            is={run.action_ref}
            isSame={run.action_ref === was.action_ref}
            name="Action"
            was={was.action_ref}
          />
          <Row
            is={packOf(here)}
            isSame={packOf(here) === packOf(other)}
            name="Pack"
            was={packOf(other)}
          />
        </Group>
        <Differences differences={differencesOf(was.config, run.config)} title="Parameters" />
        {here.context === null || other.context === null ? (
          <Group title="Environment">
            <tr>
              <td className="px-3 py-1 text-ink-2" colSpan={3}>
                Of one of the two no environment was kept: its process never started.
              </td>
            </tr>
          </Group>
        ) : (
          <Variables is={here.context.variables} was={other.context.variables} />
        )}
        <Differences differences={differencesOf(resultOf(was), resultOf(run))} title="Result" />
        <Output here={here} other={other} />
      </table>
    </div>
  );
}

const took = ({ started_at: from, finished_at: to }: Execution) => msBetween(from, to);
const waited = ({ created, started_at: to }: Execution) => msBetween(created, to);
const tookOf = (run: Execution) => formatDuration(took(run));
const queueOf = (run: Execution) => formatDuration(waited(run));

/** No two runs take the same time; a quarter more or less is what one would look at, if it is a tenth of a second. */
const isAsLong = (is: number | null, was: number | null): boolean =>
  is === null || was === null
    ? is === was
    : Math.abs(is - was) < Math.max(100, Math.max(is, was) / 4);

/** How long it took has a line of its own. */
const resultOf = ({ result: { duration_ms: _, ...rest } }: Execution) => rest;

const packOf = ({ context }: Side) =>
  [context?.pack_version, context?.pack_digest?.slice(0, 19)].filter(Boolean).join(' ') || '–';

function Output({ here, other }: { readonly here: Side; readonly other: Side }) {
  const found = (['stdout', 'stderr'] as const).flatMap((stream) => {
    const difference = firstDifferingLine(other.output[stream], here.output[stream]);
    return difference === null ? [] : [{ stream, ...difference }];
  });
  return (
    <Group title="Output, the first line that differs">
      {found.length === 0 ? (
        <tr>
          <td className="px-3 py-1 text-ink-3" colSpan={3}>
            Equal, as far as it was compared.
          </td>
        </tr>
      ) : (
        found.map(({ stream, line, was, is }) => (
          <Row
            key={stream}
            is={<Value text={is} />}
            name={`${stream}, line ${line}`}
            was={<Value text={was} />}
          />
        ))
      )}
    </Group>
  );
}
