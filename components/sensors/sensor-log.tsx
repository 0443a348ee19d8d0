import { Panel } from '#components/ui/panel.tsx';
import { ButtonLink } from '#components/ui/button.tsx';

interface SensorLogProps {
  readonly text: string;
  /** The whole log as text. */
  readonly href: string;
  readonly lines: number;
}

/** The last lines that the process wrote. */
export function SensorLog({ text, href, lines }: SensorLogProps) {
  return (
    <Panel
      end={
        <ButtonLink href={href} prefetch={false} variant="plain">
          As text
        </ButtonLink>
      }
      note={`last ${lines} lines`}
      title="Log"
    >
      {text.trim() === '' ? (
        <p className="px-3 py-2 text-ink-2">It has written nothing yet.</p>
      ) : (
        // The newest lines stand at the bottom, and that is where one begins to read.
        <div
          aria-label="Log of the sensor"
          aria-live="off"
          className="flex max-h-[420px] flex-col-reverse overflow-auto p-3"
          role="log"
          tabIndex={0}
        >
          <pre className="font-mono text-xs whitespace-pre-wrap wrap-anywhere">{text}</pre>
        </div>
      )}
    </Panel>
  );
}
