'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { call } from '#lib/api-client.ts';
import {
  createIdentityRole,
  deleteIdentityRole,
  createPermissionAssignment,
  deletePermissionAssignment,
} from '#lib/endpoints.ts';
import { useSubmit } from '#components/forms/use-submit.ts';
import { Button } from '#components/ui/button.tsx';
import { Confirm } from '#components/ui/confirm.tsx';
import { Field, TextInput } from '#components/ui/field.tsx';
import { Select } from '#components/ui/select.tsx';
import { sentenceOrNull } from '#components/forms/sentence-or-null.ts';

interface HandOutProps {
  readonly identityId: number;
  /** Sets that the identity does not have yet. */
  readonly setRefs: readonly string[];
}

/** Gives an identity a permission set or a role. */
export function HandOut({ identityId, setRefs }: HandOutProps) {
  const router = useRouter();
  const [ref, setRef] = useState('');
  const [role, setRole] = useState('');
  const { isBusy, failure, run } = useSubmit();
  const chosen = setRefs.includes(ref) ? ref : (setRefs[0] ?? '');

  const assign = () =>
    run(async () => {
      await call(createPermissionAssignment, {
        body: { identity_id: identityId, permission_set_ref: chosen },
      });
      router.refresh();
    });
  const give = () =>
    run(async () => {
      await call(createIdentityRole, { params: { id: identityId }, body: { role: role.trim() } });
      setRole('');
      router.refresh();
    });

  return (
    <div className="grid gap-3">
      <form
        className="grid gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          void assign();
        }}
      >
        <Field hint="You can give what you hold yourself." label="Permission set">
          {(control) => (
            <Select
              {...control}
              className="w-full"
              disabled={setRefs.length === 0}
              options={setRefs.map((value) => ({ value, label: value }))}
              value={chosen}
              onChange={(event) => setRef(event.target.value)}
            />
          )}
        </Field>
        <Button
          className="justify-self-start"
          disabled={isBusy || chosen === ''}
          type="submit"
          variant="ink"
        >
          Assign set
        </Button>
      </form>
      <form
        className="grid gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          void give();
        }}
      >
        <Field hint="It brings the permission sets that the role has." label="Role">
          {(control) => (
            <TextInput
              {...control}
              autoComplete="off"
              className="font-mono text-xs"
              maxLength={63}
              required
              spellCheck={false}
              value={role}
              onChange={(event) => setRole(event.target.value)}
            />
          )}
        </Field>
        <Button className="justify-self-start" disabled={isBusy} type="submit">
          Give role
        </Button>
      </form>
      {failure !== null && (
        <p className="text-failed" role="alert">
          {failure.message}
        </p>
      )}
    </div>
  );
}

interface TakeAwayProps {
  readonly kind: 'set' | 'role';
  /** Of the assignment. */
  readonly id: number;
  readonly name: string;
  readonly login: string;
}

/** Takes a permission set or a role away, after asking. */
export function TakeAway({ kind, id, name, login }: TakeAwayProps) {
  const router = useRouter();
  const operation = kind === 'set' ? deletePermissionAssignment : deleteIdentityRole;
  const take = () =>
    sentenceOrNull(async () => {
      await call(operation, { params: { id } });
      router.refresh();
    });
  return (
    <Confirm
      keep="Leave it"
      title={`Take ${name} from ${login}?`}
      trigger={
        <Button aria-label={`Take ${name} from ${login}…`} variant="plain">
          Take away…
        </Button>
      }
      verb="Take away"
      onConfirm={take}
    >
      What it allows ends with the next call, also for runs that start others in its name.
    </Confirm>
  );
}
