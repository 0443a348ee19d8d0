'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { call } from '#lib/api-client.ts';
import type { Rule } from '#lib/contracts/rules.ts';
import { AppError } from '#lib/errors.ts';
import { paths } from '#lib/paths.ts';
import { createRule, updateRule } from '#lib/endpoints.ts';
import { Button } from '#components/ui/button.tsx';
import type { Option } from '#components/ui/combobox-options.ts';
import { EditorHead } from './editor-head.tsx';
import {
  checkDraft,
  countChanges,
  fieldOfPath,
  type DraftChange,
  type RuleDraft,
} from './editor-model.ts';
import { isBegun } from './condition-model.ts';
import { funnelOf } from './funnel.ts';
import { StepIf } from './step-if.tsx';
import { StepThen } from './step-then.tsx';
import { StepWhen } from './step-when.tsx';
import { StepWho } from './step-who.tsx';
import { usePreview } from './use-preview.ts';
import { VerdictPanel } from './verdict-panel.tsx';

interface RuleEditorProps {
  /** Null: a new rule. */
  readonly rule: Rule | null;
  readonly initial: RuleDraft;
  readonly triggers: readonly Option[];
  readonly actions: readonly Option[];
  readonly packs: readonly Option[];
  /** Refs of keys, for templates. */
  readonly keyRefs: readonly string[];
  /** Configuration keys of each pack, for templates. */
  readonly packConfig: Readonly<Record<string, readonly string[]>>;
  /** Fields seen in the newest event of the trigger. */
  readonly seenFields: readonly string[];
}

type Problems = Readonly<Record<string, string | undefined>>;

/** Writes a rule on the line it will be: When, If, Then. */
export function RuleEditor(props: RuleEditorProps) {
  const { rule, initial } = props;
  const router = useRouter();
  const [draft, setDraft] = useState(initial);
  // A trigger that is still being fetched must not undo what was typed meanwhile.
  const latest = useRef(initial);
  const [seenFields, setSeenFields] = useState(props.seenFields);
  const [serverProblems, setServerProblems] = useState<Problems>({});
  const [failure, setFailure] = useState<string | null>(null);
  const [isAsked, setAsked] = useState(false);
  const [isSaving, setSaving] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const preview = usePreview(initial);

  const { body, problems: ownProblems } = checkDraft(draft);
  const changes = rule === null ? 0 : countChanges(checkDraft(initial).body, body);
  // Own problems show once one has tried to save; those of the server until the draft changes.
  const problems: Problems = { ...(isAsked ? ownProblems : {}), ...serverProblems };

  const change = (changed: DraftChange) => {
    const next = typeof changed === 'function' ? changed(latest.current) : changed;
    latest.current = next;
    setDraft(next);
    setServerProblems({});
    setFailure(null);
    preview.ask(next);
  };

  const save = async () => {
    setAsked(true);
    setFailure(null);
    const count = Object.keys(ownProblems).length;
    if (count > 0) {
      focusFirstProblem(form.current);
      return setFailure(`${count === 1 ? 'One field does' : `${count} fields do`} not fit.`);
    }
    setSaving(true);
    try {
      const { ref } = await send(rule, body);
      router.push(paths.rule(ref));
      router.refresh();
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const found = problemsOf(error);
      setServerProblems(found);
      setFailure(error.message);
      focusFirstProblem(form.current);
      setSaving(false);
    }
  };

  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.key.toLowerCase() !== 's' || !(event.ctrlKey || event.metaKey) || isSaving) return;
    event.preventDefault();
    void save();
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => onKey(event);
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, []);

  const passes =
    draft.conditions.mode === 'form'
      ? funnelOf(preview.verdicts, draft.conditions.root.children.map(isBegun))
      : [];
  const payloadFields = [
    ...new Set([...Object.keys(draft.trigger?.out_schema ?? {}), ...seenFields]),
  ];
  const templates = templatePaths(props, draft.packRef, payloadFields);

  return (
    <form
      ref={form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <EditorHead
        body={body}
        changes={changes}
        isNew={rule === null}
        version={rule?.version ?? null}
      >
        {failure !== null && (
          <p className="text-failed" role="alert">
            {failure}
          </p>
        )}
        <Button type="button" variant="plain" onClick={() => router.back()}>
          Discard
        </Button>
        <Button disabled={isSaving} type="submit" variant="ink">
          {rule === null ? 'Create rule' : `Save as v${rule.version + 1}`}{' '}
          <kbd className="hidden font-mono text-2xs opacity-70 md:inline">Ctrl S</kbd>
        </Button>
      </EditorHead>
      <div className="mt-3 grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_380px] xl:grid-cols-[minmax(0,1fr)_452px]">
        <ol>
          <StepWhen
            draft={draft}
            options={props.triggers}
            payloadFields={payloadFields}
            problems={problems}
            onChange={change}
            onSeen={setSeenFields}
          />
          <StepIf
            draft={draft}
            passes={passes}
            payloadFields={payloadFields}
            problems={problems}
            onChange={change}
          />
          <StepThen
            draft={draft}
            options={props.actions}
            problems={problems}
            templates={templates}
            onChange={change}
          />
          <StepWho
            body={body}
            draft={draft}
            isNew={rule === null}
            packs={props.packs}
            problems={problems}
            templates={templates}
            onChange={change}
          />
        </ol>
        <VerdictPanel draft={draft} preview={preview} />
      </div>
    </form>
  );
}

async function send(rule: Rule | null, body: ReturnType<typeof checkDraft>['body']): Promise<Rule> {
  if (rule === null) return (await call(createRule, { body })).data;
  const { ref: _ref, pack_ref: _packRef, ...changes } = body;
  return (await call(updateRule, { params: { ref: rule.ref }, body: changes })).data;
}

/** The problems of a refusal, by the field that shows them. */
function problemsOf({ details }: AppError): Record<string, string> {
  if (!Array.isArray(details)) return {};
  return Object.fromEntries(
    (details as { path?: unknown; message?: unknown }[]).map(({ path, message }) => [
      fieldOfPath(String(path)),
      String(message),
    ]),
  );
}

function focusFirstProblem(form: HTMLFormElement | null): void {
  // Once React has marked the fields.
  setTimeout(() => form?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus());
}

function templatePaths(
  { keyRefs, packConfig }: RuleEditorProps,
  packRef: string,
  payloadFields: readonly string[],
): string[] {
  return [
    ...payloadFields.map((field) => `event.payload.${field}`),
    'event.id',
    'event.trigger_ref',
    'event.created',
    ...(packConfig[packRef] ?? []).map((name) => `pack.config.${name}`),
    ...keyRefs.map((ref) => `key.${ref}`),
    'system.timestamp',
    'system.rule.ref',
    'system.rule.id',
  ];
}
