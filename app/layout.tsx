import type { Metadata, Viewport } from 'next';
import localFont from 'next/font/local';
import { cookies } from 'next/headers';
import type { ReactNode } from 'react';
import { THEME_COOKIE, toTheme } from '#components/shell/theme.ts';
import './globals.css';

const inter = localFont({
  src: '../node_modules/inter-ui/variable-latin/InterVariable-subset.woff2',
  variable: '--font-inter',
  weight: '100 900',
  display: 'swap',
});

const jetbrains = localFont({
  src: '../node_modules/@fontsource-variable/jetbrains-mono/files/jetbrains-mono-latin-wght-normal.woff2',
  variable: '--font-jetbrains',
  weight: '100 800',
  display: 'swap',
});

export const metadata: Metadata = {
  title: { default: 'Attune', template: '%s · Attune' },
  description: 'Event-driven automation: every run ends, and you can see why.',
};

export const viewport: Viewport = { width: 'device-width', initialScale: 1 };

export default async function RootLayout({ children }: { readonly children: ReactNode }) {
  // The server reads the choice, so the first paint already has it.
  const theme = toTheme((await cookies()).get(THEME_COOKIE)?.value);
  return (
    <html className={`${inter.variable} ${jetbrains.variable}`} data-theme={theme} lang="en">
      <body>{children}</body>
    </html>
  );
}
