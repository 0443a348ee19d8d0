'use client';

import { useId } from 'react';
import { Problem } from './problem.tsx';
import { describeField, type SchemaField } from './schema-fields.ts';
import type { SchemaDraft } from './schema-values.ts';
import { TemplateInput } from './template-input.tsx';

interface SchemaFormProps {
  readonly fields: readonly SchemaField[];
  readonly draft: SchemaDraft;
  /** By field name. */
  readonly problems: Readonly<Record<string, string | undefined>>;
  /** Paths that templates may name; empty where there are no templates. */
  readonly templates?: readonly string[];
  /** What to say of an action or trigger that takes nothing. */
  readonly nothing: string;
  readonly onChange: (draft: SchemaDraft) => void;
}

/** A form made from a flat parameter schema: name, type and bounds to the left, the value to the right. */
export function SchemaForm({
  fields,
  draft,
  problems,
  templates = [],
  nothing,
  onChange,
}: SchemaFormProps) {
  const set = (name: string, text: string) =>
    onChange({ ...draft, texts: { ...draft.texts, [name]: text } });
  const others = Object.keys(draft.others);
  return (
    <div className="grid gap-2">
      {fields.length === 0 && <p className="text-ink-3">{nothing}</p>}
      {fields.map((field) => (
        <FieldRow
          key={field.name}
          field={field}
          problem={problems[field.name]}
          templates={templates}
          text={draft.texts[field.name] ?? ''}
          onChange={(text) => set(field.name, text)}
        />
      ))}
      {others.length > 0 && (
        <p className="text-xs text-timeout">
          Also given, but not in the schema: <code className="font-mono">{others.join(', ')}</code>.{' '}
          <button
            className="underline underline-offset-2"
            type="button"
            onClick={() => onChange({ ...draft, others: {} })}
          >
            Remove
          </button>
        </p>
      )}
    </div>
  );
}

interface FieldRowProps {
  readonly field: SchemaField;
  readonly text: string;
  readonly problem: string | undefined;
  readonly templates: readonly string[];
  readonly onChange: (text: string) => void;
}

function FieldRow({ field, text, problem, templates, onChange }: FieldRowProps) {
  const id = useId();
  return (
    <div className="grid gap-x-4 gap-y-1 md:grid-cols-[150px_minmax(0,1fr)]">
      <label className="font-medium leading-4" htmlFor={id}>
        {field.name}
        <span className="block text-2xs font-normal text-ink-3">{describeField(field)}</span>
      </label>
      <div className="min-w-0">
        <Control
          field={field}
          id={id}
          invalid={problem !== undefined}
          templates={templates}
          text={text}
          onChange={onChange}
        />
        {problem === undefined ? (
          field.description && (
            <p className="mt-0.5 text-xs text-ink-3" id={`${id}-about`}>
              {field.description}
            </p>
          )
        ) : (
          <Problem id={`${id}-about`}>{problem}</Problem>
        )}
      </div>
    </div>
  );
}

interface ControlProps {
  readonly id: string;
  readonly field: SchemaField;
  readonly text: string;
  readonly invalid: boolean;
  readonly templates: readonly string[];
  readonly onChange: (text: string) => void;
}

function Control({ id, field, text, invalid, templates, onChange }: ControlProps) {
  const choices =
    field.choices?.map(String) ?? (field.type === 'boolean' ? ['true', 'false'] : null);
  const placeholder = placeholderOf(field);
  // A choice by list, unless something else stands there: a template, or a value that is no choice any more.
  if (choices !== null && (text === '' || choices.includes(text)) && templates.length === 0) {
    return (
      <Choice
        choices={choices}
        id={id}
        invalid={invalid}
        placeholder={placeholder}
        text={text}
        onChange={onChange}
      />
    );
  }
  const given = choices === null ? templates : [...templates];
  return (
    <div className="flex gap-1">
      <div className="min-w-0 flex-1">
        <TemplateInput
          describedBy={`${id}-about`}
          id={id}
          invalid={invalid}
          multiline={
            field.type === 'object' ||
            field.type === 'array' ||
            text.includes('\n') ||
            (field.type === 'string' && text.length > 70)
          }
          paths={given}
          placeholder={placeholder}
          value={text}
          onChange={onChange}
        />
      </div>
      {choices !== null && (
        <select
          aria-label={`Choices for ${field.name}`}
          className="h-7 w-24 rounded-sm border border-control bg-surface px-1 text-ink-2"
          value={choices.includes(text) ? text : ''}
          onChange={(event) => onChange(event.target.value)}
        >
          <option value="">Choose</option>
          {choices.map((choice) => (
            <option key={choice}>{choice}</option>
          ))}
        </select>
      )}
    </div>
  );
}

interface ChoiceProps {
  readonly id: string;
  readonly choices: readonly string[];
  readonly text: string;
  readonly placeholder: string;
  readonly invalid: boolean;
  readonly onChange: (text: string) => void;
}

function Choice({ id, choices, text, placeholder, invalid, onChange }: ChoiceProps) {
  return (
    <select
      aria-describedby={`${id}-about`}
      aria-invalid={invalid || undefined}
      className={`h-7 w-full rounded-sm border bg-surface px-1 ${invalid ? 'border-failed' : 'border-control'}`}
      id={id}
      value={text}
      onChange={(event) => onChange(event.target.value)}
    >
      <option value="">{placeholder === '' ? 'not given' : placeholder}</option>
      {choices.map((choice) => (
        <option key={choice}>{choice}</option>
      ))}
    </select>
  );
}

function placeholderOf({ fallback, secret, type }: SchemaField): string {
  if (fallback !== undefined && fallback !== '' && fallback !== null) {
    return `default ${typeof fallback === 'string' ? fallback : JSON.stringify(fallback)}`;
  }
  if (secret) return '{{ key.… }}, a reference';
  if (type === 'array') return '[ … ]';
  return type === 'object' ? '{ … }' : '';
}
