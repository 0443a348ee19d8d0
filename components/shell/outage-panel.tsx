import { ErrorPanel } from '#components/ui/error-panel.tsx';
import type { Outage } from './outage.ts';
import { OutageSentence } from './outage-sentence.tsx';

/** In place of a page that could not be made because something does not answer. */
export function OutagePanel({ outage }: { readonly outage: Outage }) {
  return (
    <ErrorPanel
      title={
        outage.what === 'database' ? 'The database does not answer' : 'The server does not answer'
      }
    >
      <p>
        <OutageSentence outage={outage} />
      </p>
    </ErrorPanel>
  );
}
