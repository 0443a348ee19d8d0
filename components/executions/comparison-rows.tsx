import type { ReactNode } from 'react';
import { MaskedText } from '#components/ui/masked-text.tsx';
import type { EnvironmentVariable } from '#lib/contracts/executions.ts';
import { escapeControls } from '#lib/format.ts';
import { counted } from '#lib/sentences/part.ts';
import { compareVariables, type Difference } from './compare.ts';

/** Rows of one kind, under their name. */
export function Group({
  title,
  children,
}: {
  readonly title: string;
  readonly children: ReactNode;
}) {
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
export function Row({ name, was, is, isSame = false }: RowProps) {
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

/** A value as it stands, shortened; null: it is not there. */
export function Value({ text }: { readonly text: string | null }) {
  if (text === null) return <span className="text-ink-3">not there</span>;
  if (text === '') return <span className="text-ink-3">empty</span>;
  const shown = text.length > VALUE_CHARS_MAX ? `${text.slice(0, VALUE_CHARS_MAX)}…` : text;
  return (
    <code className="font-mono text-xs whitespace-pre-wrap">
      <MaskedText text={escapeControls(shown)} />
    </code>
  );
}

interface VariablesProps {
  readonly was: readonly EnvironmentVariable[];
  readonly is: readonly EnvironmentVariable[];
}

export function Variables({ was, is }: VariablesProps) {
  const { changed, ofEachRun } = compareVariables(was, is);
  return (
    <Differences
      differences={changed}
      note={
        ofEachRun.length > 0 && (
          <>
            Not counted, for they differ between any two runs:{' '}
            <code className="font-mono text-xs">{ofEachRun.join(', ')}</code>
          </>
        )
      }
      title="Environment"
    />
  );
}

interface DifferencesProps {
  readonly title: string;
  readonly differences: readonly Difference[];
  /** Below them, quieter. */
  readonly note?: ReactNode;
}

export function Differences({ title, differences, note }: DifferencesProps) {
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
      {Boolean(note) && (
        <tr>
          <td className="px-3 py-1 text-xs wrap-anywhere text-ink-3" colSpan={3}>
            {note}
          </td>
        </tr>
      )}
    </Group>
  );
}
