'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { call } from '#lib/api-client.ts';
import { createExecution } from '#lib/contracts/executions.ts';
import { paths } from '#lib/paths.ts';
import { schemaFields } from '#components/forms/schema-fields.ts';
import { SchemaForm } from '#components/forms/schema-form.tsx';
import { type SchemaDraft, valuesOf } from '#components/forms/schema-values.ts';
import { detailsByField, useSubmit } from '#components/forms/use-submit.ts';
import { Button } from '#components/ui/button.tsx';
import { Field, TextInput } from '#components/ui/field.tsx';

interface RunFormProps {
  readonly actionRef: string;
  readonly schema: Readonly<Record<string, unknown>> | null;
  readonly timeoutSeconds: number | null;
  /** Parameters of an earlier run, to begin with. */
  readonly initial: SchemaDraft;
}

/** Runs an action by hand and goes to the page of the run. */
export function RunForm({ actionRef, schema, timeoutSeconds, initial }: RunFormProps) {
  const router = useRouter();
  const fields = schemaFields(schema);
  const [draft, setDraft] = useState(initial);
  const [timeoutText, setTimeoutText] = useState('');
  const [traceTag, setTraceTag] = useState('');
  const [isAsked, setAsked] = useState(false);
  const { isBusy, failure, run } = useSubmit();
  const { values, problems } = valuesOf(fields, draft);
  const seconds = Number(timeoutText);
  const timeoutProblem =
    timeoutText !== '' && !(Number.isInteger(seconds) && seconds >= 1)
      ? `The time-out is “${timeoutText}”; it takes whole seconds, 1 or more.`
      : undefined;

  const start = () => {
    setAsked(true);
    if (Object.keys(problems).length > 0 || timeoutProblem !== undefined) return;
    void run(async () => {
      const { data } = await call(createExecution, {
        body: {
          action_ref: actionRef,
          parameters: values,
          ...(timeoutText !== '' && { timeout_seconds: seconds }),
          ...(traceTag.trim() !== '' && { trace_tag: traceTag.trim() }),
        },
      });
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
              placeholder={timeoutSeconds === null ? 'default 600' : `default ${timeoutSeconds}`}
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
