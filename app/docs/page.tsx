import type { Metadata } from 'next';
import Link from 'next/link';
import { paths } from '#lib/paths.ts';
import { requireActor } from '#server/auth/require-actor.ts';
import { Reference } from './reference.tsx';

export const metadata: Metadata = { title: 'API' };

export default async function ApiPage() {
  const { login } = await requireActor();
  return (
    <main className="mx-auto w-full max-w-[1200px] px-3 py-4 md:px-6">
      <p className="text-xs text-ink-3">
        <Link className="underline underline-offset-2" href={paths.home()}>
          Home
        </Link>
      </p>
      <h1 className="mt-1 max-w-[88ch] text-lg font-[560]">
        Every page of this product is made with these operations; what you try here is done as{' '}
        {login}.
      </h1>
      <p className="mt-1 text-ink-2">
        The same as a document:{' '}
        <a className="underline underline-offset-2" href={paths.openApi()}>
          openapi.json
        </a>
        . Scripts log in at <code className="font-mono text-xs">POST /auth/login</code> and send the
        access token as Bearer.
      </p>
      <Reference />
    </main>
  );
}
