'use client';

import { useRouter } from 'next/navigation';
import { sentenceOrNull } from '#components/forms/sentence-or-null.ts';
import { call } from '#lib/api-client.ts';
import type { AppError } from '#lib/errors.ts';
import { enableSensor, restartSensor, startSensor, stopSensor } from '#lib/endpoints.ts';
import { useSubmit } from '#components/forms/use-submit.ts';
import { Button } from '#components/ui/button.tsx';
import { Confirm } from '#components/ui/confirm.tsx';

interface SensorButtonsProps {
  readonly sensorRef: string;
  readonly enabled: boolean;
  readonly wanted: 'run' | 'stop';
  readonly ruleCount: number;
}

/** One like the other: only where they are differs. */
type Command = typeof startSensor;

/** Start, stop, restart; what they ask of the worker shows as it happens. */
export function SensorButtons({ sensorRef, enabled, wanted, ruleCount }: SensorButtonsProps) {
  const router = useRouter();
  const { isBusy, failure, run } = useSubmit();
  const send = async (command: Command) => {
    await call(command, { params: { ref: sensorRef } });
    router.refresh();
  };
  const stop = () => sentenceOrNull(() => send(stopSensor));
  const ask = (command: Command) => () => void run(() => send(command));
  if (!enabled) {
    return (
      <>
        <Failure failure={failure} />
        <Button disabled={isBusy} variant="ink" onClick={ask(enableSensor)}>
          Enable
        </Button>
      </>
    );
  }
  return (
    <>
      <Failure failure={failure} />
      {wanted === 'stop' ? (
        <Button disabled={isBusy} variant="ink" onClick={ask(startSensor)}>
          Start
        </Button>
      ) : (
        <>
          <Confirm
            keep="Let it run"
            title={`Stop ${sensorRef}?`}
            trigger={<Button variant="danger">Stop…</Button>}
            verb="Stop sensor"
            onConfirm={stop}
          >
            Its process gets SIGTERM now and SIGKILL after 10 s.{' '}
            {ruleCount === 0
              ? 'No rule needs it.'
              : `${ruleCount === 1 ? 'One rule waits' : `${ruleCount} rules wait`} for its events; they fire nothing until it is started again.`}
          </Confirm>
          <Button disabled={isBusy} onClick={ask(restartSensor)}>
            Restart
          </Button>
        </>
      )}
    </>
  );
}

const Failure = ({ failure }: { readonly failure: AppError | null }) =>
  failure === null ? null : (
    <span className="text-failed" role="alert">
      {failure.message}
    </span>
  );
