import Form from 'next/form';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { Button } from '#components/ui/button.tsx';
import { Empty } from '#components/ui/empty.tsx';
import { TextInput } from '#components/ui/field.tsx';
import { MaskedText } from '#components/ui/masked-text.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { StatusBadge } from '#components/ui/status-badge.tsx';
import { Time } from '#components/ui/time.tsx';
import type { EnvironmentContext, Execution } from '#lib/contracts/executions.ts';
import { formatDuration, msBetween } from '#lib/format.ts';
import { paths } from '#lib/paths.ts';
import { counted } from '#lib/sentences/part.ts';
import { changedVariables, type Difference, differencesOf, firstDifferingLine } from './compare.ts';

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
    <div className="overflow-x-auto">
      <table className="w-full min-w-[560px] table-fixed border-collapse">
        <caption className="sr-only">
          Run {was.id} and run {run.id}, where they differ
        </caption>
        <thead>
          <tr className="text-left text-2xs text-ink-3">
            <th className="h-7 w-[24%] border-b border-line px-3 font-medium" scope="col">
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
          <Differences
            differences={changedVariables(
              { id: was.id, variables: other.context.variables },
              { id: run.id, variables: here.context.variables },
            )}
            title="Environment"
          />
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

function Group({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <tbody>
      <tr>
        <th
          className="border-b border-line bg-canvas px-3 py-1 text-left text-2xs font-medium text-ink-2"
          colSpan={3}
          scope="rowgroup"
        >
          {title}
        </th>
      </tr>
      {children}
    </tbody>
  );
}

interface RowProps {
  readonly name: ReactNode;
  readonly was: ReactNode;
  readonly is: ReactNode;
  readonly isSame?: boolean;
}

/** What differs carries an amber edge and the word for who hears it. */
function Row({ name, was, is, isSame = false }: RowProps) {
  return (
    <tr
      className={`border-b border-line align-top last:border-b-0 ${isSame ? 'text-ink-3' : 'shadow-[inset_2px_0_0_var(--color-timeout)]'}`}
    >
      <th
        className={`px-3 py-1 text-left font-normal wrap-anywhere ${isSame ? '' : 'font-medium text-ink'}`}
        scope="row"
      >
        {name}
        {!isSame && <span className="sr-only"> differs</span>}
      </th>
      <td className="px-2 py-1 wrap-anywhere text-ink-2">{was}</td>
      <td className={`px-2 py-1 wrap-anywhere ${isSame ? '' : 'text-ink'}`}>{is}</td>
    </tr>
  );
}

/** Longer values are in the tabs of their runs. */
const VALUE_CHARS_MAX = 400;

function Value({ text }: { readonly text: string | null }) {
  if (text === null) return <span className="text-ink-3">not there</span>;
  if (text === '') return <span className="text-ink-3">empty</span>;
  const shown = text.length > VALUE_CHARS_MAX ? `${text.slice(0, VALUE_CHARS_MAX)}…` : text;
  return (
    <code className="font-mono text-xs">
      <MaskedText text={shown} />
    </code>
  );
}

function Differences({
  title,
  differences,
}: {
  readonly title: string;
  readonly differences: readonly Difference[];
}) {
  return (
    <Group
      title={
        differences.length === 0 ? title : `${title}: ${counted(differences.length, 'difference')}`
      }
    >
      {differences.length === 0 ? (
        <tr>
          <td className="px-3 py-1 text-ink-3" colSpan={3}>
            Equal.
          </td>
        </tr>
      ) : (
        differences.map(({ name, was, is }) => (
          <Row
            key={name}
            is={<Value text={is} />}
            name={<code className="font-mono text-xs">{name}</code>}
            was={<Value text={was} />}
          />
        ))
      )}
    </Group>
  );
}

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
