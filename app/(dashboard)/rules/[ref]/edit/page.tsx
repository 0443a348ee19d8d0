import type { Metadata } from 'next';
import { draftOfRule } from '#components/rules/editor-model.ts';
import { RuleEditor } from '#components/rules/rule-editor.tsx';
import { guard } from '#components/ui/guard.tsx';
import { authorize } from '#server/auth/actor.ts';
import { requireActor } from '#server/auth/require-actor.ts';
import { getRule } from '#server/rules/service.ts';
import { findAction, findTrigger, readChoices, readSeenFields } from '../../editor-data.ts';

interface EditRulePageProps {
  readonly params: Promise<{ readonly ref: string }>;
}

export async function generateMetadata({ params }: EditRulePageProps): Promise<Metadata> {
  return { title: `Edit ${decodeURIComponent((await params).ref)}` };
}

export default async function EditRulePage({ params }: EditRulePageProps) {
  const [actor, { ref }] = await Promise.all([requireActor(), params]);
  return guard('the form of this rule', async () => {
    const rule = await getRule(actor, decodeURIComponent(ref));
    authorize(actor, 'rules:update', { pack_ref: rule.pack_ref, ref: rule.ref, id: rule.id });
    const [{ defaultPack: _, ...choices }, trigger, action, seenFields] = await Promise.all([
      readChoices(actor),
      findTrigger(actor, rule.trigger_ref),
      findAction(actor, rule.action_ref),
      readSeenFields(actor, rule.trigger_ref),
    ]);
    // Keyed by version: after somebody else's change the form begins anew.
    return (
      <RuleEditor
        key={rule.version}
        initial={draftOfRule(rule, trigger, action)}
        rule={rule}
        seenFields={seenFields}
        {...choices}
      />
    );
  });
}
