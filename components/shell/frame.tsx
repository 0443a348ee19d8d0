import type { ReactNode } from 'react';
import { Sheet } from '#components/ui/sheet.tsx';
import type { LiveCounts } from '#lib/contracts/executions.ts';
import { Brand } from './brand.tsx';
import { Crumbs } from './crumbs.tsx';
import { LoginProvider } from './login-context.tsx';
import { Navigation } from './navigation.tsx';
import { OutageBanner } from './outage-banner.tsx';
import { Palette } from './palette.tsx';
import { RowKeys } from './row-keys.tsx';
import { ShortcutSheet } from './shortcut-sheet.tsx';
import { ThemeSwitch } from './theme-switch.tsx';
import { Who } from './who.tsx';

/** Sidebar, header and the page; under 1280 px the sidebar is a sheet. */
export function Frame({
  login,
  counts,
  children,
}: {
  readonly login: string;
  readonly counts: LiveCounts | null;
  readonly children: ReactNode;
}) {
  return (
    <LoginProvider login={login}>
      <a
        className="sr-only z-50 rounded-sm bg-ink px-3 py-1 text-on-ink focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
        href="#main"
      >
        To the content
      </a>
      <div className="grid min-h-dvh grid-cols-[minmax(0,1fr)] lg:grid-cols-[208px_minmax(0,1fr)]">
        <aside
          aria-label="Attune"
          className="sticky top-0 flex h-dvh flex-col overflow-y-auto border-r border-line bg-sunken max-lg:hidden"
        >
          <Brand />
          <Navigation counts={counts} />
          <Who login={login} />
        </aside>
        <div className="min-w-0">
          <header className="sticky top-0 z-10 flex h-11 items-center gap-2 border-b border-line bg-canvas px-3 md:gap-3 md:px-5">
            <div className="lg:hidden">
              <Sheet label="Menu" side="left" title="Attune">
                <Navigation counts={counts} />
                <Who login={login} />
              </Sheet>
            </div>
            <Crumbs />
            <Palette />
            <RowKeys />
            <ShortcutSheet />
            <ThemeSwitch />
          </header>
          <main
            className="mx-auto max-w-[2400px] min-w-0 px-3 pt-3.5 pb-8 md:px-5"
            id="main"
            tabIndex={-1}
          >
            <OutageBanner />
            {children}
          </main>
        </div>
      </div>
    </LoginProvider>
  );
}
