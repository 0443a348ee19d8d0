import { CopyButton } from '#components/ui/copy-button.tsx';
import { Panel } from '#components/ui/panel.tsx';
import type { Attempt, EnvironmentContext, Execution } from '#lib/contracts/executions.ts';
import type { TokenStatus } from '#lib/contracts/tokens.ts';
import { formatCount } from '#lib/format.ts';
import { paths } from '#lib/paths.ts';
import { withSearch } from '#lib/search.ts';

interface RawPanelProps {
  readonly run: Execution;
  readonly attempts: readonly Attempt[];
  /** The one that is looked at; undefined: the last. */
  readonly attempt: number | undefined;
  readonly context: EnvironmentContext | null;
  readonly token: TokenStatus | null;
}

/** What the API says of a run, as it says it: with its masks, and nothing left out. */
export function RawPanel({ run, attempts, attempt, context, token }: RawPanelProps) {
  const of = { attempt: attempt?.toString() };
  const answers: readonly Answer[] = [
    { title: 'Execution', href: paths.apiExecution(run.id), data: run },
    { title: 'Attempts', href: paths.apiExecution(run.id, 'attempts'), data: attempts },
    {
      title: 'Environment',
      href: withSearch(paths.apiExecution(run.id, 'environment'), of),
      data: context,
    },
    { title: 'Token', href: withSearch(paths.apiExecution(run.id, 'token'), of), data: token },
  ];
  return (
    <div className="grid gap-3">
      {answers.map((answer) => (
        <AnswerPanel key={answer.title} {...answer} />
      ))}
    </div>
  );
}

interface Answer {
  readonly title: string;
  readonly href: string;
  readonly data: unknown;
}

/** A page that holds more is slow to read and to scroll. */
const SHOWN_CHARS_MAX = 200_000;

function AnswerPanel({ title, href, data }: Answer) {
  const text = JSON.stringify({ data }, null, 2);
  const isCut = text.length > SHOWN_CHARS_MAX;
  return (
    <Panel
      end={
        <>
          <a className="underline underline-offset-2" href={href}>
            Open<span className="sr-only"> {title} as the API answers it</span>
          </a>
          {!isCut && <CopyButton text={text} what={`${title} as JSON`} />}
        </>
      }
      note={<code className="font-mono text-xs wrap-anywhere">GET {href}</code>}
      title={title}
    >
      {isCut && (
        <p className="border-b border-line bg-sunken px-3 py-1 text-xs text-ink-2">
          The first {formatCount(SHOWN_CHARS_MAX)} of {formatCount(text.length)} characters; “Open”
          shows all.
        </p>
      )}
      <pre
        aria-label={`${title} as JSON`}
        className="max-h-[480px] overflow-auto px-3 py-2 font-mono text-xs"
        role="region"
        // Scrolls by keys, so it has to be reachable by keys.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- see above
        tabIndex={0}
      >
        {isCut ? text.slice(0, SHOWN_CHARS_MAX) : text}
      </pre>
    </Panel>
  );
}
