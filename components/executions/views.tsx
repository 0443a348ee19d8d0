'use client';

import { useState, useSyncExternalStore } from 'react';
import { Button } from '#components/ui/button.tsx';
import { TextInput } from '#components/ui/field.tsx';
import { TabLinks } from '#components/ui/tab-links.tsx';
import type { ExecutionStatus } from '#lib/domain/execution-status.ts';
import { paths } from '#lib/paths.ts';
import { withSearch } from '#lib/search.ts';
import { onViewsChange, readViews, type SavedView, toViews, writeViews } from './saved-views.ts';
import type { RunSearch } from './search.ts';
import { toSearch } from './to-search.ts';

const VIEWS: readonly {
  readonly key: string;
  readonly label: string;
  readonly status: readonly ExecutionStatus[];
}[] = [
  { key: 'all', label: 'All', status: [] },
  {
    key: 'unhappy',
    label: 'Did not complete',
    status: ['failed', 'timeout', 'cancelled', 'abandoned'],
  },
  {
    key: 'open',
    label: 'In progress',
    status: ['requested', 'scheduling', 'scheduled', 'running', 'canceling'],
  },
];

/** The views that everybody has, and those that this browser keeps; each is an address. */
export function Views({ search }: { readonly search: RunSearch }) {
  const stored = useSyncExternalStore(onViewsChange, readViews, () => '');
  const saved = toViews(stored);
  const here = withSearch('', { ...toSearch(search), cursor: undefined });
  const mine = saved.find((view) => view.query === here);
  const given = VIEWS.find(
    ({ status }) =>
      status.length === search.status.length && status.every((one) => search.status.includes(one)),
  );
  return (
    <div className="flex items-end gap-2">
      <div className="min-w-0 flex-1">
        <TabLinks
          current={mine === undefined ? (given?.key ?? '') : `saved ${mine.name}`}
          label="Views"
          tabs={[
            ...VIEWS.map(({ key, label, status }) => ({
              key,
              label,
              href: withSearch(
                paths.executions(),
                toSearch({ ...search, cursor: undefined, status: [...status] }),
              ),
            })),
            ...saved.map(({ name, query }) => ({
              key: `saved ${name}`,
              label: name,
              href: `${paths.executions()}${query}`,
            })),
          ]}
        />
      </div>
      {mine === undefined ? (
        here !== '' && <SaveView query={here} saved={saved} />
      ) : (
        <Button onClick={() => writeViews(saved.filter((view) => view !== mine))} variant="plain">
          Delete this view
        </Button>
      )}
    </div>
  );
}

function SaveView({
  query,
  saved,
}: {
  readonly query: string;
  readonly saved: readonly SavedView[];
}) {
  const [name, setName] = useState<string | null>(null);
  if (name === null)
    return (
      <Button onClick={() => setName('')} variant="plain">
        Save this view
      </Button>
    );
  const words = name.trim();
  return (
    <form
      className="flex items-center gap-1.5"
      onSubmit={(event) => {
        event.preventDefault();
        if (words === '') return;
        writeViews([...saved.filter((view) => view.name !== words), { name: words, query }]);
        setName(null);
      }}
    >
      <TextInput
        aria-label="Name of the view"
        autoFocus
        className="w-36"
        maxLength={40}
        onChange={(event) => setName(event.target.value)}
        onKeyDown={(event) => event.key === 'Escape' && setName(null)}
        placeholder="Name of the view"
        value={name}
      />
      <Button disabled={words === ''} type="submit">
        {saved.some((view) => view.name === words) ? 'Replace' : 'Save'}
      </Button>
    </form>
  );
}
