import type { Metadata } from 'next';
import { newDraft } from '#components/rules/editor-model.ts';
import { RuleEditor } from '#components/rules/rule-editor.tsx';
import { guard } from '#components/ui/guard.tsx';
import { authorize } from '#server/auth/actor.ts';
import { requireActor } from '#server/auth/require-actor.ts';
import { findAction, findTrigger, readChoices, readSeenFields } from '../editor-data.ts';

export const metadata: Metadata = { title: 'New rule' };

interface NewRulePageProps {
  readonly searchParams: Promise<{
    readonly trigger?: string;
    readonly action?: string;
    readonly pack?: string;
  }>;
}

export default async function NewRulePage({ searchParams }: NewRulePageProps) {
  const [actor, { trigger: triggerRef = '', action: actionRef = '', pack }] = await Promise.all([
    requireActor(),
    searchParams,
  ]);
  return guard('the form of a new rule', async () => {
    authorize(actor, 'rules:create');
    const [{ defaultPack, ...choices }, trigger, action, seenFields] = await Promise.all([
      readChoices(actor),
      triggerRef === '' ? null : findTrigger(actor, triggerRef),
      actionRef === '' ? null : findAction(actor, actionRef),
      readSeenFields(actor, triggerRef),
    ]);
    const packRef = choices.packs.some(({ value }) => value === pack) ? (pack ?? '') : defaultPack;
    return (
      <RuleEditor
        initial={newDraft(packRef, trigger, action)}
        rule={null}
        seenFields={seenFields}
        {...choices}
      />
    );
  });
}
