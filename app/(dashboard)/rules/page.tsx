import type { Metadata } from 'next';
import { paths } from '#lib/paths.ts';
import { counted } from '#lib/sentences/part.ts';
import { RuleTable } from '#components/rules/rule-table.tsx';
import { ButtonLink } from '#components/ui/button.tsx';
import { LiveNote } from '#components/live/live-note.tsx';
import { Empty } from '#components/ui/empty.tsx';
import { guardList } from '#components/ui/guard.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { SearchForm } from '#components/ui/search-form.tsx';
import { can } from '#server/auth/actor.ts';
import { requireActor } from '#server/auth/require-actor.ts';
import { getRuleActivity } from '#server/overview/activity.ts';
import { listRules } from '#server/rules/service.ts';

export const metadata: Metadata = { title: 'Rules' };

interface RulesPageProps {
  readonly searchParams: Promise<{ readonly search?: string }>;
}

export default async function RulesPage({ searchParams }: RulesPageProps) {
  const [actor, { search = '' }] = await Promise.all([requireActor(), searchParams]);
  const readAtMs = Date.now();
  return guardList('the rules', async () => {
    const [{ items, pagination }, activity] = await Promise.all([
      listRules(actor, { page_size: 500, ...(search !== '' && { search }) }),
      can(actor, 'executions:read') ? getRuleActivity(actor) : null,
    ]);
    const mayCreate = can(actor, 'rules:create');
    const on = items.filter(({ enabled }) => enabled).length;
    const write = mayCreate ? (
      <ButtonLink href={paths.newRule()} variant="ink">
        New rule
      </ButtonLink>
    ) : undefined;
    return (
      <>
        <PageHeader
          actions={
            <>
              <SearchForm label="Search rules" path={paths.rules()} value={search} />
              {write}
            </>
          }
          sentence={sentenceOf(items.length, on, search)}
        />
        <Panel
          end={<LiveNote readAtMs={readAtMs} topics={['rules', 'enforcements', 'executions']} />}
          note={pagination.has_next ? 'the first 500; search for the others' : undefined}
          title="Rules"
        >
          <RuleTable
            activity={activity}
            empty={
              search === '' ? (
                <Empty action={write} {...(mayCreate && { command: 'npx --no attune demo' })}>
                  A rule says: when this trigger fires and these conditions hold, run that action.
                  Write one, or let the demo make three.
                </Empty>
              ) : (
                <Empty action={<ButtonLink href={paths.rules()}>Show all</ButtonLink>}>
                  No rule holds “{search}” in its ref or label.
                </Empty>
              )
            }
            maySwitch={can(actor, 'rules:update')}
            rules={items}
          />
        </Panel>
      </>
    );
  });
}

function sentenceOf(count: number, on: number, search: string): string {
  if (search !== '')
    return `${counted(count, 'rule')} ${count === 1 ? 'holds' : 'hold'} “${search}”.`;
  if (count === 0) return 'No rule yet: events are stored, and nothing runs.';
  return on === count
    ? `${counted(count, 'rule')}, all switched on.`
    : `${counted(count, 'rule')}, ${on} of them switched on.`;
}
