import { NeedsPermission } from '#components/ui/needs-permission.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { RefLink } from '#components/ui/ref-link.tsx';
import { RemoveDemo, StartDemo } from './demo-buttons.tsx';

const DEMO = [
  ['demo.echo_every_second', 'every 1 s'],
  ['demo.sleep_every_5s', 'every 5 s'],
  ['demo.http_every_10s', 'every 10 s'],
] as const;

interface DemoPanelProps {
  readonly isRunning: boolean;
  readonly mayCreate: boolean;
}

/** What the demo is, and the one click that starts or removes it. */
export function DemoPanel({ isRunning, mayCreate }: DemoPanelProps) {
  return (
    <Panel padded title="Or look at a full house">
      <p>The demo adds a pack and three rules on timers. They make 78 runs a minute.</p>
      <ul className="my-3">
        {DEMO.map(([ref, every]) => (
          <li
            key={ref}
            className="flex min-h-7 items-center gap-2 border-b border-line last:border-b-0"
          >
            <RefLink value={ref} />
            <span className="ml-auto text-ink-2">{every}</span>
          </li>
        ))}
      </ul>
      {!mayCreate ? (
        <NeedsPermission permission="rules:create" purpose="start the demo" />
      ) : isRunning ? (
        <RemoveDemo />
      ) : (
        <StartDemo />
      )}
      <p className="mt-3 text-xs text-ink-3">
        The same from a shell: <code className="font-mono">npx --no attune demo</code>. One click
        removes all of it again.
      </p>
    </Panel>
  );
}
