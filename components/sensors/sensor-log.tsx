import { LogViewer } from '#components/executions/log/log-viewer.tsx';
import { paths } from '#lib/paths.ts';

interface SensorLogProps {
  readonly sensorRef: string;
  /** Of its process, as the page knows it. */
  readonly status: string;
}

/** What its processes write, as they write it: the last one, the one before, and what the platform did with them. */
export function SensorLog({ sensorRef, status }: SensorLogProps) {
  const url = paths.sensorLogs(sensorRef);
  return (
    <div className="min-w-0">
      <LogViewer
        isCompact
        isLive
        downloadUrl={`${url}?tail=100000`}
        empty="It has written nothing yet."
        fileName={`${sensorRef}.log`}
        footer="Lines that are events are not part of it."
        label="Log of the sensor"
        status={status}
        url={url}
      />
    </div>
  );
}
