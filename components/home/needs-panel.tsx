import Link from 'next/link';
import { Glyph } from '#components/ui/glyph.tsx';
import { Panel } from '#components/ui/panel.tsx';
import type { Look } from './needs-a-look.ts';

/** What somebody should look at although no run says so. */
export function NeedsPanel({ looks }: { readonly looks: readonly Look[] }) {
  return (
    <Panel end={String(looks.length)} title="Needs a look">
      {looks.length === 0 ? (
        <p className="px-3 py-2 text-ink-2">
          Nothing. Sensors run, tokens end with their runs, workers isolate.
        </p>
      ) : (
        <ul>
          {looks.map(({ severity, title, detail, href }) => (
            <li key={title} className="flex gap-2.5 border-b border-line px-3 py-2 last:border-b-0">
              <Glyph
                className={`mt-[3px] ${severity === 'alarm' ? 'text-failed' : 'text-timeout'}`}
                name={severity}
              />
              <div className="min-w-0">
                <Link className="font-medium wrap-anywhere hover:underline" href={href}>
                  <span className="sr-only">{severity}: </span>
                  {title}
                </Link>
                <p className="text-xs text-ink-2">{detail}</p>
              </div>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
