'use client';

import { useRouter } from 'next/navigation';
import { useOptimistic, useState, useTransition } from 'react';
import { call } from '#lib/api-client.ts';
import { AppError } from '#lib/errors.ts';
import { disableRule, enableRule } from '#lib/endpoints.ts';
import { Switch } from '#components/ui/switch.tsx';

interface RuleSwitchProps {
  readonly ruleRef: string;
  readonly enabled: boolean;
  /** Says On or Off beside it. */
  readonly worded?: boolean;
}

/** Switches a rule; the page reads again, whatever came of it. */
export function RuleSwitch({ ruleRef, enabled, worded = false }: RuleSwitchProps) {
  const router = useRouter();
  const [problem, setProblem] = useState<string | null>(null);
  const [, startTransition] = useTransition();
  const [shown, setShown] = useOptimistic(enabled);

  const change = (next: boolean) =>
    startTransition(async () => {
      setShown(next);
      setProblem(null);
      try {
        await call(next ? enableRule : disableRule, { params: { ref: ruleRef } });
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        setProblem(error.message);
      }
      router.refresh();
    });

  return (
    <span className="inline-flex items-center gap-2">
      <Switch checked={shown} label={`Rule ${ruleRef}`} onChange={change} />
      {worded && <span className="font-medium">{shown ? 'On' : 'Off'}</span>}
      {problem !== null && (
        <span className="text-xs text-failed" role="alert">
          {problem}
        </span>
      )}
    </span>
  );
}
