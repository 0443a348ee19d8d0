'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { changedParameters, withKept } from '#components/executions/rerun-request.ts';
import { call } from '#lib/api-client.ts';
import type { Execution, ExecutionCreate } from '#lib/contracts/executions.ts';
import { paths } from '#lib/paths.ts';
import { listed } from '#lib/sentences/part.ts';
import { createExecution } from '#lib/endpoints.ts';
import { schemaFields } from '#components/forms/schema-fields.ts';
import { SchemaForm } from '#components/forms/schema-form.tsx';
import { type SchemaDraft, valuesOf } from '#components/forms/schema-values.ts';
import { detailsByField, useSubmit } from '#components/forms/use-submit.ts';
import { Button } from '#components/ui/button.tsx';
import { Field, TextArea, TextInput } from '#components/ui/field.tsx';
import { readVariables, toVariablesText } from './variables-text.ts';

/** The earlier run that a form begins with. */
export type RunOrigin = Pick<
  Execution,
  'id' | 'config' | 'env_vars' | 'timeout_seconds' | 'trace_tag'
> & {
  /** Its parameters that hold secrets: empty fields, which come along unseen. */
  readonly secret: readonly string[];
};

interface RunFormProps {
  readonly actionRef: string;
  readonly schema: Readonly<Record<string, unknown>> | null;
  readonly timeoutSeconds: number | null;
  /** Parameters to begin with. */
  readonly initial: SchemaDraft;
  readonly from: RunOrigin | null;
}

/** Runs an action by hand and goes to the page of the run. */
export function RunForm({ actionRef, schema, timeoutSeconds, initial, from }: RunFormProps) {
  const router = useRouter();
  const secret = from?.secret ?? [];
  const fields = withKept(schemaFields(schema), secret);
  const initialVariables = toVariablesText(from?.env_vars ?? {});
  const [draft, setDraft] = useState(initial);
  const [timeoutText, setTimeoutText] = useState(from?.timeout_seconds?.toString() ?? '');
  const [traceTag, setTraceTag] = useState(from?.trace_tag ?? '');
  const [variablesText, setVariablesText] = useState(initialVariables);
  const [isAsked, setAsked] = useState(false);
  const { isBusy, failure, run } = useSubmit();
  const { values, problems } = valuesOf(fields, draft);
  const read = readVariables(variablesText);
  const seconds = Number(timeoutText);
  const timeoutProblem =
    timeoutText !== '' && !(Number.isInteger(seconds) && seconds >= 1)
      ? `The time-out is “${timeoutText}”; it takes whole seconds, 1 or more.`
      : undefined;
  const wrongVariable = Object.values(detailsByField(failure, 'env_vars.'))[0];

  const start = () => {
    setAsked(true);
    if (Object.keys(problems).length > 0 || timeoutProblem !== undefined || 'problem' in read)
      return;
    const body: ExecutionCreate = {
      action_ref: actionRef,
      parameters: from === null ? values : changedParameters(from.config, values),
      // Left as they were, they come along: one may hold a mask.
      ...(variablesText !== initialVariables && { env_vars: read.variables }),
      ...(from !== null && { rerun_of: from.id }),
      ...(timeoutText !== '' && { timeout_seconds: seconds }),
      ...(traceTag.trim() !== '' && { trace_tag: traceTag.trim() }),
    };
    void run(async () => {
      const { data } = await call(createExecution, { body });
      router.push(paths.execution(data.id));
    });
  };

  return (
    <form
      noValidate
      className="grid gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        start();
      }}
    >
      {secret.length > 0 && (
        <p className="text-ink-2">
          {listed(secret)} {secret.length === 1 ? 'holds' : 'hold'} a secret: left empty, the value
          of run {from?.id} comes along unseen.
        </p>
      )}
      <SchemaForm
        draft={draft}
        fields={fields}
        nothing="It takes no parameters."
        problems={{ ...(isAsked ? problems : {}), ...detailsByField(failure, 'parameters.') }}
        onChange={setDraft}
      />
      <div className="grid gap-3 border-t border-line pt-3 md:grid-cols-2">
        <Field
          error={isAsked ? timeoutProblem : undefined}
          hint="Then SIGTERM, 10 s later SIGKILL."
          label="Time-out in seconds"
        >
          {(control) => (
            <TextInput
              {...control}
              inputMode="numeric"
              placeholder={
                from?.timeout_seconds == null
                  ? `default ${timeoutSeconds ?? 600}`
                  : `as run ${from.id}: ${from.timeout_seconds}`
              }
              value={timeoutText}
              onChange={(event) => setTimeoutText(event.target.value)}
            />
          )}
        </Field>
        <Field hint="Found again by it, with everything that it starts." label="Trace tag">
          {(control) => (
            <TextInput
              {...control}
              maxLength={200}
              value={traceTag}
              onChange={(event) => setTraceTag(event.target.value)}
            />
          )}
        </Field>
        <Field
          className="md:col-span-2"
          error={isAsked && 'problem' in read ? read.problem : wrongVariable}
          hint="NAME=value, one a line. They stand in its context for all to read: secrets belong in keys."
          label="Variables of its environment"
        >
          {(control) => (
            <TextArea
              {...control}
              className="font-mono text-xs"
              rows={Math.min(8, Math.max(2, variablesText.split('\n').length))}
              spellCheck={false}
              value={variablesText}
              onChange={(event) => setVariablesText(event.target.value)}
            />
          )}
        </Field>
      </div>
      {failure !== null && (
        <p className="text-failed" role="alert">
          {failure.message}
        </p>
      )}
      <Button className="justify-self-start" disabled={isBusy} type="submit" variant="ink">
        Run {actionRef}
      </Button>
    </form>
  );
}
