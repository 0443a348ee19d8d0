import type { Metadata } from 'next';
import { TokenTable } from '#components/identities/token-table.tsx';
import { ProcessTokenTable } from '#components/tokens/process-token-table.tsx';
import { toTokenSearch, type TokenSearch } from '#components/tokens/search.ts';
import { TokenFilter } from '#components/tokens/token-filter.tsx';
import { ButtonLink } from '#components/ui/button.tsx';
import { Empty } from '#components/ui/empty.tsx';
import { guard } from '#components/ui/guard.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { formatCount } from '#lib/format.ts';
import { paths } from '#lib/paths.ts';
import { counted } from '#lib/sentences/part.ts';
import { can } from '#server/auth/actor.ts';
import { requireActor } from '#server/auth/require-actor.ts';
import { listEveryApiToken } from '#server/identities/api-tokens.ts';
import { LISTED_MAX, listProcessTokens, LOOKED_AT_MAX } from '#server/tokens/list.ts';

export const metadata: Metadata = { title: 'Tokens' };

export default async function TokensPage({ searchParams }: PageProps<'/tokens'>) {
  const actor = await requireActor();
  const search = toTokenSearch(await searchParams);
  return guard('the tokens of runs and sensors', async () => {
    const mayReadPeople = can(actor, 'identities:read');
    const [ofProcesses, ofPeople] = await Promise.all([
      listProcessTokens(actor, search),
      mayReadPeople
        ? listEveryApiToken(actor, { onlyActive: search.show === 'live', who: search.who })
        : [],
    ]);
    const shown = search.show === 'refused' ? [] : ofPeople;
    const owners = Object.fromEntries(
      ofPeople.map(({ token, owner }) => [token.identity_id, owner] as const),
    );
    return (
      <>
        <PageHeader
          actions={<ButtonLink href={paths.apiTokens()}>Your API tokens</ButtonLink>}
          sentence={sentenceOf(search, ofProcesses.length, shown.length)}
        />
        <TokenFilter search={search} />
        <Panel
          className="mb-3"
          footer={noteOf(search)}
          note="each dies with its run"
          title="Runs and sensors"
        >
          <ProcessTokenTable
            empty={
              <Empty
                action={
                  search.show === 'live' && search.who === undefined ? (
                    <ButtonLink href={paths.actions()}>Choose an action to run</ButtonLink>
                  ) : (
                    <ButtonLink href={paths.tokens()}>Show those that count now</ButtonLink>
                  )
                }
              >
                {EMPTY[search.show]}
              </Empty>
            }
            mayRevoke={can(actor, 'executions:cancel')}
            tokens={ofProcesses}
          />
        </Panel>
        {mayReadPeople && search.show !== 'refused' && (
          <Panel note="API tokens" title="People and services">
            <TokenTable
              mayReadAudit={can(actor, 'audit_log:read')}
              mayRevoke={can(actor, 'identities:update')}
              owners={owners}
              tokens={shown
                .map(({ token }) => token)
                .filter(({ active }) => search.show === 'live' || !active)}
            />
          </Panel>
        )}
      </>
    );
  });
}

const EMPTY: Readonly<Record<TokenSearch['show'], string>> = {
  live: 'No token counts now: nothing runs, and no sensor does.',
  ended: 'No token of a run has ended here yet.',
  refused: 'No call with the token of a run or a sensor was refused.',
};

function sentenceOf({ show, who }: TokenSearch, processes: number, people: number): string {
  const about = who === undefined ? '' : ` of “${who}”`;
  if (show === 'refused')
    return processes === 0
      ? `No token${about} was refused a call.`
      : `With ${counted(processes, 'token')}${about} somebody was refused.`;
  if (show === 'ended') return `The newest ${counted(processes, 'token')}${about} that have ended.`;
  return `${counted(processes, 'token')} of runs and sensors and ${counted(people, 'API token')}${about} count now.`;
}

function noteOf({ show }: TokenSearch): string {
  const most = `At most ${LISTED_MAX} are shown.`;
  if (show === 'live') return most;
  return `${most} Looked for among the tokens of the newest ${formatCount(LOOKED_AT_MAX)} attempts.`;
}
