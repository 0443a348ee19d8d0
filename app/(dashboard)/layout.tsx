import type { ReactNode } from 'react';
import { Frame } from '#components/shell/frame.tsx';
import { requireActor } from '#server/auth/require-actor.ts';

export default async function DashboardLayout({ children }: { readonly children: ReactNode }) {
  const { login } = await requireActor();
  return <Frame login={login}>{children}</Frame>;
}
