'use client';

import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { call } from '#lib/api-client.ts';
import type { PackInstall, PackProblem } from '#lib/contracts/packs.ts';
import type { AppError } from '#lib/errors.ts';
import { paths } from '#lib/paths.ts';
import { registerPack } from '#lib/endpoints.ts';
import { useSubmit } from '#components/forms/use-submit.ts';
import { Button } from '#components/ui/button.tsx';
import { Field, TextInput } from '#components/ui/field.tsx';
import { ProblemTable } from './problem-table.tsx';

/** Installs a pack from a directory that the server can read. */
export function RegisterForm() {
  const router = useRouter();
  const [path, setPath] = useState('');
  const [force, setForce] = useState(false);
  const [installed, setInstalled] = useState<PackInstall | null>(null);
  const { isBusy, failure, run } = useSubmit();

  const register = () => {
    setInstalled(null);
    void run(async () => {
      const { data } = await call(registerPack, { body: { path: path.trim(), force } });
      setInstalled(data);
      router.refresh();
    });
  };

  return (
    <form
      className="grid gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        register();
      }}
    >
      <Field
        hint="Absolute, on the host of the server. It is copied: later changes there count once it is registered again."
        label="Directory of the pack"
      >
        {(control) => (
          <TextInput
            {...control}
            className="max-w-[640px] font-mono text-xs"
            maxLength={4096}
            placeholder="/srv/packs/deploy"
            required
            spellCheck={false}
            value={path}
            onChange={(event) => setPath(event.target.value)}
          />
        )}
      </Field>
      <label className="flex min-h-6 items-center gap-2">
        <input
          checked={force}
          className="accent-accent"
          type="checkbox"
          onChange={(event) => setForce(event.target.checked)}
        />
        Load it again if a pack of that name is here
      </label>
      <Button className="justify-self-start" disabled={isBusy} type="submit">
        {isBusy ? 'Registering' : 'Register pack'}
      </Button>
      {failure !== null && (
        <div role="alert">
          <p className="mb-2 text-failed">{failure.message}</p>
          <ProblemTable problems={problemsOf(failure)} />
        </div>
      )}
      {installed !== null && (
        <div role="status">
          <p className="mb-2">
            <Link className="underline underline-offset-2" href={paths.pack(installed.pack.ref)}>
              {installed.pack.ref} {installed.pack.version}
            </Link>{' '}
            is registered{installed.problems.length === 0 ? '.' : '; these parts were left out:'}
          </p>
          <ProblemTable problems={installed.problems} />
        </div>
      )}
    </form>
  );
}

function problemsOf({ details }: AppError): PackProblem[] {
  if (!Array.isArray(details)) return [];
  return (details as Partial<PackProblem & { path: string; message: string }>[]).map((detail) => ({
    file: detail.file ?? detail.path ?? '',
    line: detail.line ?? null,
    reason: detail.reason ?? detail.message ?? '',
  }));
}
