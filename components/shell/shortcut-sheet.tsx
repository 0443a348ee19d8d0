'use client';

import { useRouter } from 'next/navigation';
import { useId, useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { Modal } from '#components/ui/modal.tsx';
import { paths } from '#lib/paths.ts';
import { SHORTCUTS, type Shortcut } from '#lib/shortcuts.ts';
import { Keys } from './keys.tsx';
import { useShortcuts } from './use-shortcuts.ts';

/** The keys, from the same table that binds them; binds those that work everywhere. */
export function ShortcutSheet() {
  const id = useId();
  const [isOpen, setOpen] = useState(false);
  const router = useRouter();
  useShortcuts({
    sheet: () => setOpen(true),
    home: () => router.push(paths.home()),
    events: () => router.push(paths.events()),
    executions: () => router.push(paths.executions()),
    rules: () => router.push(paths.rules()),
    sensors: () => router.push(paths.sensors()),
    triggers: () => router.push(paths.triggers()),
    workers: () => router.push(paths.workers()),
    actions: () => router.push(paths.actions()),
    packs: () => router.push(paths.packs()),
  });
  return (
    <>
      <Button
        aria-haspopup="dialog"
        className="max-md:hidden"
        onClick={() => setOpen(true)}
        variant="plain"
      >
        Shortcuts <Keys keys="?" />
      </Button>
      {isOpen && (
        <Modal
          aria-labelledby={id}
          className="top-[12vh] left-1/2 max-h-[76vh] w-[min(560px,calc(100vw-24px))] -translate-x-1/2 overflow-y-auto rounded-md bg-raised p-4"
          onClose={() => setOpen(false)}
        >
          <div className="mb-2 flex items-center justify-between">
            <h2 className="text-md font-semibold" id={id}>
              Shortcuts
            </h2>
            <Button onClick={() => setOpen(false)} variant="plain">
              Close
            </Button>
          </div>
          <div className="grid gap-4 md:grid-cols-2">
            {[...groups()].map(([where, shortcuts]) => (
              <section key={where}>
                <h3 className="mb-1 text-2xs font-medium text-ink-3">
                  {where === 'everywhere' ? 'Everywhere' : `In ${where}`}
                </h3>
                <dl className="grid grid-cols-[72px_minmax(0,1fr)] gap-y-1">
                  {shortcuts.map(({ keys, does }) => (
                    <div key={keys} className="contents">
                      <dt>
                        <Keys keys={keys} />
                      </dt>
                      <dd>{does}</dd>
                    </div>
                  ))}
                </dl>
              </section>
            ))}
          </div>
        </Modal>
      )}
    </>
  );
}

const groups = () => Map.groupBy(Object.values<Shortcut>(SHORTCUTS), ({ where }) => where);
