import { Time } from '#components/ui/time.tsx';
import type { Outage } from './outage.ts';

/** What is wrong, and that nobody has to do anything here. */
export function OutageSentence({ outage: { what, since } }: { readonly outage: Outage }) {
  return what === 'database' ? (
    <span>
      The database does not answer since <Time at={since} kind="clock" />. Runs that have started go
      on; this page comes back by itself.
    </span>
  ) : (
    <span>
      The server does not answer since <Time at={since} kind="clock" />. This page comes back by
      itself.
    </span>
  );
}
