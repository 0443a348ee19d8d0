import type { RuleCreate } from '#lib/contracts/rules.ts';
import { ruleSentence } from '#lib/sentences/rule.ts';
import { plain } from '#lib/sentences/part.ts';

interface EditorHeadProps {
  readonly body: RuleCreate;
  readonly changes: number;
  readonly version: number | null;
  readonly isNew: boolean;
  /** What went wrong, and the buttons. */
  readonly children: React.ReactNode;
}

/** The rule in one sentence as it would be saved, how far that is from what is saved, and what to do. */
export function EditorHead({ body, changes, version, isNew, children }: EditorHeadProps) {
  const sentence = ruleSentence({
    ...body,
    trigger_params: body.trigger_params ?? {},
    conditions: body.conditions ?? [],
    enabled: true,
  });
  return (
    <div>
      <div className="flex min-h-[30px] flex-wrap items-center gap-2">
        <span className="font-mono text-xs text-ink-2">
          {body.ref === '' ? 'New rule' : body.ref}
        </span>
        {version !== null && <span className="text-ink-3">v{version}</span>}
        {!isNew && changes > 0 && (
          <span className="text-xs text-timeout">
            {changes} {changes === 1 ? 'change' : 'changes'}, not saved
          </span>
        )}
        <span className="flex-1" />
        {children}
      </div>
      <h1 className="mt-1 max-w-[88ch] text-lg font-[560]">{plain(sentence)}</h1>
    </div>
  );
}
