'use client';

import { useRouter } from 'next/navigation';
import { Dialog } from 'radix-ui';
import { useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { paths } from '#lib/paths.ts';
import { SHORTCUTS, type Shortcut } from '#lib/shortcuts.ts';
import { Keys } from './keys.tsx';
import { useShortcuts } from './use-shortcuts.ts';

/** The keys, from the same table that binds them; binds those that work everywhere. */
export function ShortcutSheet() {
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
    <Dialog.Root onOpenChange={setOpen} open={isOpen}>
      <Dialog.Trigger asChild>
        <Button className="max-md:hidden" variant="plain">
          Shortcuts <Keys keys="?" />
        </Button>
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-[oklch(0%_0_0/.4)]" />
        <Dialog.Content
          aria-describedby={undefined}
          className="fixed top-[12vh] left-1/2 z-50 max-h-[76vh] w-[min(560px,calc(100vw-24px))] -translate-x-1/2 overflow-y-auto rounded-md bg-raised p-4 shadow-overlay"
        >
          <div className="mb-2 flex items-center justify-between">
            <Dialog.Title className="text-md font-semibold">Shortcuts</Dialog.Title>
            <Dialog.Close asChild>
              <Button variant="plain">Close</Button>
            </Dialog.Close>
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
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

const groups = () => Map.groupBy(Object.values<Shortcut>(SHORTCUTS), ({ where }) => where);
