import { type ConditionLine, conditionLines } from '#lib/sentences/condition-lines.ts';
import { JsonTree } from '#components/ui/json-tree.tsx';

interface ConditionListProps {
  readonly conditions: unknown;
  /** What is said when every event will do. */
  readonly nothing: string;
}

/** Conditions in words, groups indented; as they stand when they are of a kind that has no words. */
export function ConditionList({ conditions, nothing }: ConditionListProps) {
  const lines = conditionLines(conditions);
  if (lines === null) return <JsonTree value={conditions} />;
  if (lines.length === 0) return <p className="text-ink-3">{nothing}</p>;
  return <Lines lines={lines} />;
}

const Lines = ({ lines }: { readonly lines: readonly ConditionLine[] }) => (
  <ul className="grid gap-1 wrap-anywhere">
    {lines.map((line, index) => (
      <li key={index}>
        <Line line={line} />
      </li>
    ))}
  </ul>
);

function Line({ line }: { readonly line: ConditionLine }) {
  switch (line.kind) {
    case 'test':
      return (
        <>
          <code className="font-mono text-xs">{line.field}</code>{' '}
          <span className="text-ink-2">{line.word}</span>{' '}
          <code className="font-mono text-xs font-medium">{line.value}</code>
        </>
      );
    case 'expression':
      return <code className="font-mono text-xs">{line.source}</code>;
    case 'group':
      return (
        <>
          <span className="text-ink-2">{line.words}</span>
          <div className="mt-1 border-l border-line-strong pl-3">
            <Lines lines={line.lines} />
          </div>
        </>
      );
  }
}
