'use client';

import { OutagePanel } from '#components/shell/outage-panel.tsx';
import { useOutage } from '#components/shell/use-outage.ts';
import { Button } from '#components/ui/button.tsx';
import { ErrorPanel } from '#components/ui/error-panel.tsx';

const reload = (): void => window.location.reload();

/** Not even the frame could be made: who looks at the page is asked of the database. */
export default function RootErrorPage({
  error,
}: {
  readonly error: Error & { readonly digest?: string };
}) {
  const { outage } = useOutage({ isSuspected: true, onOver: reload });
  return (
    <main className="mx-auto max-w-[88ch] px-3 pt-16">
      {outage === null ? (
        <ErrorPanel
          action={<Button onClick={reload}>Try again</Button>}
          reference={error.digest}
          title="This page could not be made"
        >
          <p>
            The server failed before it could show anything. Nothing was changed. Try again; if it
            stays so, the log of the server has the reason under the reference below.
          </p>
        </ErrorPanel>
      ) : (
        <OutagePanel outage={outage} />
      )}
    </main>
  );
}
