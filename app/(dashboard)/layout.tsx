import type { ReactNode } from 'react';
import { Frame } from '#components/shell/frame.tsx';
import { can } from '#server/auth/actor.ts';
import { requireActor } from '#server/auth/require-actor.ts';
import { getLiveCounts } from '#server/overview/live-counts.ts';

export default async function DashboardLayout({ children }: { readonly children: ReactNode }) {
  const actor = await requireActor();
  const counts = can(actor, 'executions:read') ? await getLiveCounts(actor) : null;
  return (
    <Frame counts={counts} login={actor.login}>
      {children}
    </Frame>
  );
}
