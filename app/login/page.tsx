import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { LoginForm } from '#components/auth/login-form.tsx';
import { returnPath } from '#components/auth/return-path.ts';
import { findActor } from '#server/auth/require-actor.ts';

export const metadata: Metadata = { title: 'Log in' };

interface LoginPageProps {
  readonly searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export default async function LoginPage({ searchParams }: LoginPageProps) {
  const { next, callbackUrl } = await searchParams;
  const to = returnPath([next, callbackUrl].flat().find((path) => path !== undefined));
  if ((await findActor()) !== null) redirect(to);
  return (
    <main className="mx-auto grid min-h-dvh w-full max-w-[340px] content-center px-4 pb-24">
      <svg
        aria-hidden
        className="mb-4 h-6 w-[21px]"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.75"
        viewBox="0 0 14 16"
      >
        <path d="M2.5 0v5a4.5 4.5 0 0 0 9 0V0M7 9.5V16" />
      </svg>
      <h1 className="text-lg font-[560]">Log in to see what runs.</h1>
      <p className="text-ink-2">Attune: sensor, event, rule, enforcement, execution.</p>
      <LoginForm to={to} />
    </main>
  );
}
