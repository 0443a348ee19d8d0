import { Fragment } from 'react';
import { Glyph } from '#components/ui/glyph.tsx';
import { Time } from '#components/ui/time.tsx';
import type { TokenCall, TokenStatus } from '#lib/contracts/tokens.ts';

/** The calls made with a token, with the line at which it ended: what stands below it is an alarm. */
export function TokenCalls({
  calls,
  token,
}: {
  readonly calls: readonly TokenCall[];
  readonly token: TokenStatus;
}) {
  const firstLate = calls.findIndex(({ after_end: afterEnd }) => afterEnd);
  const endRow = token.ended_at !== null && (
    <tr className="border-b border-line bg-sunken text-ink-2">
      <td className="h-6 pr-2 pl-3">
        <Time at={token.ended_at} kind="clock" />
      </td>
      <td className="px-2" colSpan={2}>
        token ended
      </td>
    </tr>
  );
  return (
    <div className="overflow-x-auto">
      <table className="w-full border-collapse text-xs">
        <caption className="sr-only">Calls made with the token, oldest first</caption>
        <thead className="sr-only">
          <tr>
            <th scope="col">Time</th>
            <th scope="col">Call</th>
            <th scope="col">Answer</th>
          </tr>
        </thead>
        <tbody>
          {calls.map((call, index) => {
            const isRefused = call.status >= 400;
            return [
              index === firstLate && <Fragment key="end">{endRow}</Fragment>,
              <tr
                key={`${call.at} ${index}`}
                className={`border-b border-line ${isRefused ? 'bg-failed-soft text-failed' : ''}`}
              >
                <td
                  className={`h-6 w-28 pr-2 pl-3 whitespace-nowrap ${isRefused ? '' : 'text-ink-3'}`}
                >
                  <Time at={call.at} kind="clock" />
                </td>
                <td className="px-2 py-0.5 wrap-anywhere">
                  <code className="font-mono">
                    {call.method} {call.route}
                  </code>
                  {(call.reason !== null || call.after_end) && (
                    <span className="block">
                      {[
                        call.reason,
                        call.after_end && 'after the end',
                        call.address !== null && call.after_end && `from ${call.address}`,
                      ]
                        .filter(Boolean)
                        .join(', ')}
                    </span>
                  )}
                </td>
                <td className="pr-3 pl-2 text-right whitespace-nowrap">
                  {isRefused && (
                    <Glyph
                      className="mr-1 inline-block"
                      name={call.after_end ? 'alarm' : 'failed'}
                      size={9}
                    />
                  )}
                  {call.status}
                </td>
              </tr>,
            ];
          })}
          {firstLate < 0 && endRow}
        </tbody>
      </table>
    </div>
  );
}
