import Link from 'next/link';
import { Facts } from '#components/ui/facts.tsx';
import { JsonTree } from '#components/ui/json-tree.tsx';
import { Sentence } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { Time } from '#components/ui/time.tsx';
import type { AuditEvent } from '#lib/contracts/audit.ts';
import { formatCount } from '#lib/format.ts';
import { paths } from '#lib/paths.ts';
import { withSearch } from '#lib/search.ts';
import { auditSentence } from '#lib/sentences/audit.ts';
import { KINDS, Outcome } from './audit-table.tsx';

interface AuditPanelProps {
  readonly event: AuditEvent;
  /** The list without it. */
  readonly closeHref: string;
}

/** All that is known of one act, and its place in the chain. */
export function AuditPanel({ event, closeHref }: AuditPanelProps) {
  const { actor_token_type: kind, request_id: request, details } = event;
  return (
    <Panel
      end={
        <Link className="underline underline-offset-2" href={closeHref} scroll={false}>
          Close
        </Link>
      }
      title={`Act ${event.id}`}
    >
      <p className="border-b border-line p-3 font-medium wrap-anywhere">
        <Sentence parts={auditSentence(event)} />
      </p>
      <Facts
        className="p-3 text-xs"
        facts={{
          Outcome: <Outcome outcome={event.outcome} />,
          When: <Time at={event.created} kind="exact" />,
          Who: event.actor_login ?? 'unknown: no valid identity was shown',
          How: kind === null ? undefined : <How event={event} kind={kind} />,
          'From where':
            event.actor_ip ?? 'not known: behind a proxy, TRUSTED_PROXIES names whom to believe',
          Act: <code className="font-mono">{event.event_type}</code>,
          'To what': resourceOf(event),
          Call:
            event.http_path === null ? undefined : (
              <code className="font-mono">
                {event.http_method} {event.http_path}
              </code>
            ),
          Answer: event.http_status ?? undefined,
          Times: event.count === 1 ? undefined : formatCount(event.count),
          Request:
            request === null ? undefined : (
              <Link
                className="font-mono underline underline-offset-2"
                href={withSearch(paths.audit(), { request })}
                prefetch={false}
              >
                {request}
              </Link>
            ),
        }}
      />
      {details !== null && Object.keys(details).length > 0 && (
        <div className="border-t border-line p-3 text-xs">
          <JsonTree root="details" value={details} />
        </div>
      )}
      <Chain event={event} />
    </Panel>
  );
}

/** Of an API token, with what else was done with it. */
function How({ kind, event: { actor_token_id: token } }: { kind: string; event: AuditEvent }) {
  const words = KINDS[kind] ?? kind;
  if (token === null) return <>{words}</>;
  return (
    <Link className="underline underline-offset-2" href={paths.audit({ token })} prefetch={false}>
      {words} {token}
    </Link>
  );
}

function Chain({ event: { chain_seq: seq, prev_hash: previous, hash } }: { event: AuditEvent }) {
  return (
    <div className="border-t border-line bg-sunken p-3 text-xs">
      {seq === null ? (
        <p className="text-ink-2">It is not linked into the hash chain yet; within 5 s it is.</p>
      ) : (
        <Facts
          facts={{
            'In the chain': `place ${formatCount(seq)}`,
            'Hash before': <code className="font-mono">{previous ?? '–'}</code>,
            Hash: <code className="font-mono">{hash ?? '–'}</code>,
          }}
        />
      )}
    </div>
  );
}

function resourceOf({ resource_type: type, resource_id: id, resource_ref: ref }: AuditEvent) {
  const words = [type?.replaceAll('_', ' '), ref, id === null ? null : `(${id})`].filter(Boolean);
  return words.length === 0 ? undefined : words.join(' ');
}
