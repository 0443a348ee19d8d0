'use client';

import { signIn } from 'next-auth/react';
import { useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { Field, TextInput } from '#components/ui/field.tsx';
import { Glyph } from '#components/ui/glyph.tsx';

const REFUSED = 'Login and password do not fit.';
const BUSY = 'The server is busy with other logins. Try again in a moment.';
const LIMITED = 'Too many wrong passwords. Wait a few minutes, then try again.';
const AWAY = 'The server cannot be reached. Look whether it runs, then try again.';

/** Login and password; then to where one wanted to go. */
export function LoginForm({ to }: { readonly to: string }) {
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);

  const submit = async (form: FormData) => {
    setBusy(true);
    setProblem(null);
    const outcome = await tryLogin(textOf(form, 'login'), textOf(form, 'password'));
    if (outcome === null) return location.assign(to);
    setProblem(outcome);
    setBusy(false);
  };

  return (
    <form
      className="mt-4 grid gap-3"
      // Should the script not have loaded yet, a password must not end up in an address.
      method="post"
      onSubmit={(event) => {
        event.preventDefault();
        void submit(new FormData(event.currentTarget));
      }}
    >
      <Field label="Login">
        {(control) => (
          <TextInput
            {...control}
            autoCapitalize="none"
            autoComplete="username"
            autoFocus
            maxLength={200}
            name="login"
            required
            spellCheck={false}
          />
        )}
      </Field>
      <Field label="Password">
        {(control) => (
          <TextInput
            {...control}
            autoComplete="current-password"
            maxLength={1000}
            name="password"
            required
            type="password"
          />
        )}
      </Field>
      <p aria-live="polite" className="flex min-h-5 items-start gap-1.5 text-failed" role="status">
        {problem !== null && (
          <>
            <Glyph className="mt-1" name="failed" />
            {problem}
          </>
        )}
      </p>
      <Button className="justify-center" disabled={isBusy} type="submit" variant="ink">
        {isBusy ? 'Logging in' : 'Log in'}
      </Button>
    </form>
  );
}

/** Null: logged in. */
async function tryLogin(login: string, password: string): Promise<string | null> {
  try {
    const response = await signIn('credentials', { login, password, redirect: false });
    if (response?.ok && !response.error) return null;
    if (response?.error === 'limited') return LIMITED;
    return response?.error === 'CredentialsSignin' ? REFUSED : BUSY;
  } catch {
    return AWAY;
  }
}

function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
}
