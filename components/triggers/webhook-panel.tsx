'use client';

import { useRouter } from 'next/navigation';
import { sentenceOrNull } from '#components/forms/sentence-or-null.ts';
import { call } from '#lib/api-client.ts';
import type { Trigger } from '#lib/contracts/triggers.ts';
import { disableWebhook, enableWebhook, regenerateWebhookKey } from '#lib/endpoints.ts';
import { useSubmit } from '#components/forms/use-submit.ts';
import { Button } from '#components/ui/button.tsx';
import { Confirm } from '#components/ui/confirm.tsx';
import { CopyButton } from '#components/ui/copy-button.tsx';
import { NeedsPermission } from '#components/ui/needs-permission.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { Switch } from '#components/ui/switch.tsx';

/** The address under which a trigger takes events from outside. */
export function WebhookPanel({
  trigger,
  mayUpdate,
}: {
  readonly trigger: Trigger;
  readonly mayUpdate: boolean;
}) {
  const router = useRouter();
  const { isBusy, failure, run } = useSubmit();
  const params = { ref: trigger.ref };
  const toggle = (open: boolean) =>
    void run(async () => {
      await (open ? call(enableWebhook, { params, body: {} }) : call(disableWebhook, { params }));
      router.refresh();
    });
  const regenerate = () =>
    sentenceOrNull(async () => {
      await call(regenerateWebhookKey, { params });
      router.refresh();
    });
  const { webhook_enabled: isOpen, webhook_url: url, webhook_config: guardedBy } = trigger;

  return (
    <Panel
      padded
      end={
        mayUpdate ? (
          <>
            {isOpen ? 'open' : 'closed'}
            <Switch checked={isOpen} disabled={isBusy} label="Webhook" onChange={toggle} />
          </>
        ) : isOpen ? (
          'open'
        ) : (
          'closed'
        )
      }
      title="Webhook"
    >
      {failure !== null && (
        <p className="mb-2 text-failed" role="alert">
          {failure.message}
        </p>
      )}
      {!isOpen && (
        <p className="text-ink-2">
          Closed. Switched on, it gets an address of its own, to which any system can post.
        </p>
      )}
      {isOpen && url === null && (
        <p className="text-ink-2">Its address is a secret: whoever knows it may post.</p>
      )}
      {!mayUpdate && (
        <div className="mt-2">
          <NeedsPermission
            permission="triggers:update"
            purpose={isOpen ? 'see its address' : 'open it'}
          />
        </div>
      )}
      {isOpen && url !== null && (
        <>
          <div className="flex items-start gap-2">
            <code className="min-w-0 flex-1 rounded-sm border border-line bg-sunken px-2 py-1 font-mono text-xs wrap-anywhere select-all">
              {url}
            </code>
            <CopyButton text={url} what="the address" />
          </div>
          <p className="mt-2 text-xs text-ink-3">
            The address is the secret: whoever knows it may post.{' '}
            {guardedBy.hmac.enabled
              ? `A ${guardedBy.hmac.algorithm} signature is asked for as well.`
              : 'No signature is asked for.'}{' '}
            At most {guardedBy.payload_size_limit_kb} KiB a call.
          </p>
          <div className="mt-3 flex items-start gap-2">
            <pre className="min-w-0 flex-1 overflow-x-auto rounded-sm border border-line bg-sunken px-2 py-1 font-mono text-xs">
              {curlOf(url)}
            </pre>
            <CopyButton text={curlOf(url)} what="the example" />
          </div>
          {mayUpdate && (
            <div className="mt-3">
              <Confirm
                keep="Keep the address"
                title="Make a new address?"
                trigger={<Button variant="danger">New address…</Button>}
                verb="Make a new address"
                onConfirm={regenerate}
              >
                The address above stops working at once. Every system that posts to it has to be
                told the new one.
              </Confirm>
            </div>
          )}
        </>
      )}
    </Panel>
  );
}

const curlOf = (url: string): string =>
  `curl -X POST ${url} \\\n  -H 'content-type: application/json' \\\n  -d '{"message": "hello"}'`;
