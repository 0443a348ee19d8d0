import type { Metadata } from 'next';
import { paths } from '#lib/paths.ts';
import { PageHeader } from '#components/ui/page-header.tsx';
import { requireActor } from '#server/auth/require-actor.ts';
import { OperationList } from './operation-list.tsx';
import { ReferenceSwitch } from './reference-switch.tsx';

export const metadata: Metadata = { title: 'API' };

export default async function ApiPage() {
  const { login } = await requireActor();
  return (
    <>
      <PageHeader
        sentence={`Every page of this product is made with these operations; what you try here is done as ${login}.`}
      />
      <p className="-mt-1 mb-3 max-w-[88ch] text-ink-2">
        The same as a document: <a href={paths.openApi()}>openapi.json</a>. Scripts log in at{' '}
        <code className="font-mono text-xs">POST /auth/login</code> and send the access token as
        Bearer.
      </p>
      <ReferenceSwitch>
        <OperationList />
      </ReferenceSwitch>
    </>
  );
}
