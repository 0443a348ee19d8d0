'use client';

import { useRouter } from 'next/navigation';
import { type ReactNode, useState } from 'react';
import { call } from '#lib/api-client.ts';
import { createIntegrationToken } from '#lib/endpoints.ts';
import { detailsByField, useSubmit } from '#components/forms/use-submit.ts';
import { Button } from '#components/ui/button.tsx';
import { CopyButton } from '#components/ui/copy-button.tsx';
import { Field, TextInput } from '#components/ui/field.tsx';
import { Select } from '#components/ui/select.tsx';

const DAY_MS = 86_400_000;
const LIFETIMES = [
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: '1 year' },
  { value: '', label: 'Until it is revoked' },
] as const;

interface CreateTokenProps {
  readonly identityId: number;
  /** What the token can be restricted to. */
  readonly setRefs: readonly string[];
}

const EMPTY = { label: '', days: '90', isRestricted: false, refs: [] as readonly string[] };

/** Makes an API token and shows it, this once. */
export function CreateToken({ identityId, setRefs }: CreateTokenProps) {
  const router = useRouter();
  const [draft, setDraft] = useState(EMPTY);
  const [made, setMade] = useState<{ label: string; token: string } | null>(null);
  const { isBusy, failure, run } = useSubmit();
  const problems = detailsByField(failure);
  const set = (changes: Partial<typeof EMPTY>) => setDraft({ ...draft, ...changes });
  const toggle = (ref: string, isOn: boolean) =>
    set({ refs: isOn ? [...draft.refs, ref] : draft.refs.filter((one) => one !== ref) });

  const create = () =>
    run(async () => {
      const { data } = await call(createIntegrationToken, {
        params: { id: identityId },
        body: {
          label: draft.label.trim(),
          expires_at:
            draft.days === ''
              ? null
              : new Date(Date.now() + Number(draft.days) * DAY_MS).toISOString(),
          permission_set_refs: draft.isRestricted ? [...draft.refs] : null,
        },
      });
      setMade({ label: data.integration_token.label, token: data.token });
      setDraft(EMPTY);
      router.refresh();
    });

  if (made !== null) return <MadeToken {...made} onDone={() => setMade(null)} />;
  return (
    <form
      autoComplete="off"
      className="grid gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        void create();
      }}
    >
      <Field error={problems['label']} hint="What will use it." label="Name">
        {(control) => (
          <TextInput
            {...control}
            maxLength={200}
            placeholder="Deployments"
            required
            value={draft.label}
            onChange={(event) => set({ label: event.target.value })}
          />
        )}
      </Field>
      <Field error={problems['expires_at']} label="Expires after">
        {(control) => (
          <Select
            {...control}
            className="w-full"
            options={LIFETIMES}
            value={draft.days}
            onChange={(event) => set({ days: event.target.value })}
          />
        )}
      </Field>
      {setRefs.length > 0 && (
        <fieldset className="grid gap-1">
          <legend className="mb-1 font-medium">Permissions</legend>
          <Choice
            isOn={draft.isRestricted}
            label="Only those of some permission sets"
            onChange={(isRestricted) => set({ isRestricted })}
          />
          {draft.isRestricted && (
            <div className="grid gap-1 pl-5">
              {setRefs.map((ref) => (
                <Choice
                  key={ref}
                  isOn={draft.refs.includes(ref)}
                  label={<code className="font-mono text-xs wrap-anywhere">{ref}</code>}
                  onChange={(isOn) => toggle(ref, isOn)}
                />
              ))}
            </div>
          )}
          <p className="text-xs text-ink-3">
            {draft.isRestricted && draft.refs.length === 0
              ? 'With none of them the token may do nothing.'
              : 'Never more than the identity holds at the moment of the call.'}
          </p>
        </fieldset>
      )}
      {failure !== null && Object.keys(problems).length === 0 && (
        <p className="text-failed" role="alert">
          {failure.message}
        </p>
      )}
      <Button className="justify-self-start" disabled={isBusy} type="submit" variant="ink">
        Make token
      </Button>
    </form>
  );
}

interface ChoiceProps {
  readonly label: ReactNode;
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
}

const Choice = ({ label, isOn, onChange }: ChoiceProps) => (
  <label className="flex min-h-6 items-center gap-2">
    <input
      checked={isOn}
      className="accent-accent"
      type="checkbox"
      onChange={(event) => onChange(event.target.checked)}
    />
    {label}
  </label>
);

interface MadeTokenProps {
  readonly label: string;
  readonly token: string;
  readonly onDone: () => void;
}

/** The only time that a token is seen. */
function MadeToken({ label, token, onDone }: MadeTokenProps) {
  return (
    <div className="grid gap-2" role="status">
      <p>
        The token “{label}” is made. Copy it now: it is not shown again, and nobody can read it out
        of the database.
      </p>
      <code className="rounded-sm border border-line bg-sunken px-2 py-1 font-mono text-xs wrap-anywhere select-all">
        {token}
      </code>
      <div className="flex items-center gap-2">
        <CopyButton text={token} what="the token" />
        <Button onClick={onDone}>I have it</Button>
      </div>
    </div>
  );
}
