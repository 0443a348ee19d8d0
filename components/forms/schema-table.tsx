import { DataTable } from '#components/ui/data-table.tsx';
import { describeField, type SchemaField } from './schema-fields.ts';

/** The fields of a schema, to read. */
export function SchemaTable({
  caption,
  fields,
  nothing,
}: {
  readonly caption: string;
  readonly fields: readonly SchemaField[];
  readonly nothing: string;
}) {
  return (
    <DataTable
      caption={caption}
      columns={[
        {
          key: 'name',
          head: 'Name',
          cell: ({ name }) => <code className="font-mono text-xs font-medium">{name}</code>,
        },
        {
          key: 'type',
          head: 'Type',
          cell: (field) => (
            <span className="whitespace-nowrap text-ink-2">{describeField(field)}</span>
          ),
        },
        {
          key: 'default',
          head: 'Default',
          cell: ({ fallback }) =>
            fallback === undefined ? (
              <span className="text-ink-3">–</span>
            ) : (
              <code className="font-mono text-xs">{JSON.stringify(fallback)}</code>
            ),
        },
        {
          key: 'about',
          head: 'Meaning',
          className: 'w-[50%] py-1',
          cell: ({ description, choices }) => (
            <span className="text-ink-2">
              {description}
              {choices !== null && (
                <span className="text-ink-3"> One of {choices.map(String).join(', ')}.</span>
              )}
            </span>
          ),
        },
      ]}
      empty={<p className="px-3 py-2 text-ink-3">{nothing}</p>}
      narrow={(field) => (
        <>
          <code className="font-mono text-xs font-medium">{field.name}</code>{' '}
          <span className="text-xs text-ink-3">{describeField(field)}</span>
          <p className="text-xs text-ink-2">{field.description}</p>
        </>
      )}
      rowKey={({ name }) => name}
      rows={fields}
    />
  );
}
