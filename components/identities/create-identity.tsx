'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { call } from '#lib/api-client.ts';
import { paths } from '#lib/paths.ts';
import { createIdentity } from '#lib/endpoints.ts';
import { detailsByField, useSubmit } from '#components/forms/use-submit.ts';
import { Button } from '#components/ui/button.tsx';
import { Field, TextInput } from '#components/ui/field.tsx';

/** A new person, or without a password a service. */
export function CreateIdentity() {
  const router = useRouter();
  const [draft, setDraft] = useState({ login: '', name: '', password: '' });
  const { isBusy, failure, run } = useSubmit();
  const problems = detailsByField(failure);
  const set = (changes: Partial<typeof draft>) => setDraft({ ...draft, ...changes });

  const create = () =>
    run(async () => {
      const { data } = await call(createIdentity, {
        body: {
          login: draft.login.trim(),
          display_name: draft.name.trim() || null,
          password: draft.password || null,
        },
      });
      router.push(paths.identity(data.id));
    });

  return (
    <form
      autoComplete="off"
      className="grid gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        void create();
      }}
    >
      <Field error={problems['login']} hint="Letters, digits and . _ @ + -" label="Login">
        {(control) => (
          <TextInput
            {...control}
            autoComplete="off"
            className="font-mono text-xs"
            maxLength={100}
            required
            spellCheck={false}
            value={draft.login}
            onChange={(event) => set({ login: event.target.value })}
          />
        )}
      </Field>
      <Field error={problems['display_name']} label="Name">
        {(control) => (
          <TextInput
            {...control}
            autoComplete="off"
            maxLength={200}
            value={draft.name}
            onChange={(event) => set({ name: event.target.value })}
          />
        )}
      </Field>
      <Field
        error={problems['password']}
        hint="At least 12 characters. Empty: a service, which acts by API tokens alone."
        label="Password"
      >
        {(control) => (
          <TextInput
            {...control}
            autoComplete="new-password"
            maxLength={1000}
            minLength={12}
            type="password"
            value={draft.password}
            onChange={(event) => set({ password: event.target.value })}
          />
        )}
      </Field>
      {failure !== null && Object.keys(problems).length === 0 && (
        <p className="text-failed" role="alert">
          {failure.message}
        </p>
      )}
      <Button className="justify-self-start" disabled={isBusy} type="submit" variant="ink">
        Create identity
      </Button>
    </form>
  );
}
