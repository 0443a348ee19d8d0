'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { call } from '#lib/api-client.ts';
import type { OwnerType } from '#lib/contracts/keys.ts';
import { createKey } from '#lib/endpoints.ts';
import { detailsByField, useSubmit } from '#components/forms/use-submit.ts';
import { Button } from '#components/ui/button.tsx';
import { Field, TextArea, TextInput } from '#components/ui/field.tsx';
import { Select } from '#components/ui/select.tsx';

const OWNERS: Readonly<
  Record<OwnerType, { readonly label: string; readonly placeholder: string }>
> = {
  pack: { label: 'A pack: its actions may read it', placeholder: 'deploy' },
  action: { label: 'One action', placeholder: 'deploy.restart_service' },
  sensor: { label: 'One sensor', placeholder: 'uptime.probe' },
  identity: { label: 'A person: runs in their name may read it', placeholder: 'mira' },
  system: { label: 'The system', placeholder: '' },
};

const OWNER_TYPES = Object.keys(OWNERS) as OwnerType[];

const EMPTY = {
  localRef: '',
  name: '',
  ownerType: 'pack' as OwnerType,
  owner: '',
  value: '',
  encrypted: true,
};

/** Keeps a new secret; its value leaves the form with it. */
export function CreateKey() {
  const router = useRouter();
  const [draft, setDraft] = useState(EMPTY);
  const [said, setSaid] = useState<string | null>(null);
  const { isBusy, failure, run } = useSubmit();
  const problems = detailsByField(failure);
  const set = (changes: Partial<typeof EMPTY>) => setDraft({ ...draft, ...changes });

  const create = () => {
    setSaid(null);
    void run(async () => {
      const { data } = await call(createKey, {
        body: {
          local_ref: draft.localRef.trim(),
          name: draft.name.trim() || draft.localRef.trim(),
          owner_type: draft.ownerType,
          ...(draft.ownerType !== 'system' && { owner: draft.owner.trim() }),
          encrypted: draft.encrypted,
          value: draft.value,
        },
      });
      setDraft({ ...EMPTY, ownerType: draft.ownerType, owner: draft.owner });
      setSaid([`Kept as ${data.ref}.`, ...data.warnings.map(({ message }) => message)].join(' '));
      router.refresh();
    });
  };

  return (
    <form
      autoComplete="off"
      className="grid max-w-[520px] gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        create();
      }}
    >
      <Field error={problems['owner_type']} label="Owner">
        {(control) => (
          <Select
            {...control}
            className="w-full"
            options={OWNER_TYPES.map((value) => ({ value, label: OWNERS[value].label }))}
            value={draft.ownerType}
            onChange={(event) => set({ ownerType: event.target.value as OwnerType })}
          />
        )}
      </Field>
      {draft.ownerType !== 'system' && (
        <Field
          error={problems['owner']}
          label={draft.ownerType === 'identity' ? 'Login of the owner' : 'Ref of the owner'}
        >
          {(control) => (
            <TextInput
              {...control}
              className="font-mono text-xs"
              placeholder={OWNERS[draft.ownerType].placeholder}
              required
              spellCheck={false}
              value={draft.owner}
              onChange={(event) => set({ owner: event.target.value })}
            />
          )}
        </Field>
      )}
      <Field
        error={problems['local_ref'] ?? problems['ref']}
        hint="a-z 0-9 _ -, at most 63"
        label="Ref"
      >
        {(control) => (
          <TextInput
            {...control}
            className="font-mono text-xs"
            maxLength={63}
            placeholder="registry_password"
            required
            spellCheck={false}
            value={draft.localRef}
            onChange={(event) => set({ localRef: event.target.value })}
          />
        )}
      </Field>
      <Field error={problems['name']} hint="For people; the ref when left empty." label="Name">
        {(control) => (
          <TextInput
            {...control}
            maxLength={200}
            value={draft.name}
            onChange={(event) => set({ name: event.target.value })}
          />
        )}
      </Field>
      <Field
        error={problems['value']}
        hint="Shorter than 4 characters is not masked in output."
        label="Value"
      >
        {(control) => (
          <TextArea
            {...control}
            autoComplete="off"
            className="font-mono text-xs"
            required
            rows={3}
            spellCheck={false}
            value={draft.value}
            onChange={(event) => set({ value: event.target.value })}
          />
        )}
      </Field>
      <label className="flex min-h-6 items-center gap-2">
        <input
          checked={draft.encrypted}
          className="accent-accent"
          type="checkbox"
          onChange={(event) => set({ encrypted: event.target.checked })}
        />
        Encrypted at rest
      </label>
      {failure !== null && Object.keys(problems).length === 0 && (
        <p className="text-failed" role="alert">
          {failure.message}
        </p>
      )}
      {said !== null && <p role="status">{said}</p>}
      <Button className="justify-self-start" disabled={isBusy} type="submit" variant="ink">
        Keep key
      </Button>
    </form>
  );
}
