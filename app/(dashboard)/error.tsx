'use client';

import { OutagePanel } from '#components/shell/outage-panel.tsx';
import { useOutage } from '#components/shell/use-outage.ts';
import { Button } from '#components/ui/button.tsx';
import { ErrorPanel } from '#components/ui/error-panel.tsx';

interface ErrorPageProps {
  readonly error: Error & { readonly digest?: string };
  readonly retry: () => void;
}

/** The frame stays; only this page failed. */
export default function ErrorPage({ error, retry }: ErrorPageProps) {
  const { outage } = useOutage({ isSuspected: true, onOver: retry });
  if (outage !== null) return <OutagePanel outage={outage} />;
  return (
    <ErrorPanel
      action={<Button onClick={() => retry()}>Try again</Button>}
      reference={error.digest}
      title="This page could not be made"
    >
      <p>
        The server failed while it gathered what stands here. Nothing was changed. Try again; if it
        stays so, the log of the server has the reason under the reference below.
      </p>
    </ErrorPanel>
  );
}
