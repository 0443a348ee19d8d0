import { describe, expect, test } from 'vitest';
import {
  checkDraft,
  conditionsDraft,
  countChanges,
  fieldOfPath,
  newDraft,
} from './editor-model.ts';

const draft = {
  ...newDraft('default', null, null),
  triggerRef: 'core.intervaltimer',
  actionRef: 'core.echo',
};

describe('checkDraft', () => {
  test('fills in label and ref from what the rule does', () => {
    const { body, problems } = checkDraft(draft);
    expect(problems).toEqual({});
    expect(body).toMatchObject({
      ref: 'default.echo_on_intervaltimer',
      label: 'Echo on intervaltimer',
      conditions: [],
    });
  });

  test('says under each field what is missing', () => {
    expect(Object.keys(checkDraft(newDraft('', null, null)).problems)).toEqual([
      'trigger_ref',
      'action_ref',
      'pack_ref',
    ]);
    expect(checkDraft({ ...draft, ref: 'other.name' }).problems).toEqual({
      ref: 'The ref begins with its pack: default.…',
    });
  });

  test('takes conditions as text when the builder has no form for them', () => {
    const conditions = conditionsDraft({ expression: 'event.payload.x > 3' });
    expect(conditions.mode).toBe('text');
    expect(checkDraft({ ...draft, conditions }).body.conditions).toEqual({
      expression: 'event.payload.x > 3',
    });
    expect(
      checkDraft({ ...draft, conditions: { mode: 'text', text: '{' } }).problems,
    ).toHaveProperty('conditions');
  });

  test('names the unfinished line', () => {
    const conditions = conditionsDraft([{ field: '', operator: 'equals', value: 1 }]);
    expect(checkDraft({ ...draft, conditions }).problems).toHaveProperty(['conditions#root.0']);
  });
});

describe('fieldOfPath', () => {
  test('lands an error of the API on the field that shows it', () => {
    expect(fieldOfPath('body.action_params.headers.x')).toBe('action_params.headers');
    expect(fieldOfPath('action_params.hosts[0]')).toBe('action_params.hosts');
    expect(fieldOfPath('body.ref')).toBe('ref');
    expect(fieldOfPath('conditions[1].value')).toBe('conditions');
  });
});

describe('countChanges', () => {
  test('counts fields, not their order', () => {
    const saved = checkDraft(draft).body;
    expect(countChanges(saved, { ...saved })).toBe(0);
    expect(countChanges(saved, { ...saved, label: 'x', action_params: { message: 'y' } })).toBe(2);
  });
});
