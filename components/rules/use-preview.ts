'use client';

import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { call } from '#lib/api-client.ts';
import type { RulePreview } from '#lib/contracts/rules.ts';
import { AppError } from '#lib/errors.ts';
import { previewRule } from '#lib/endpoints.ts';
import { checkDraft, type RuleDraft } from './editor-model.ts';

const PAUSE_MS = 250;
const EVENTS_MAX = 50;

export interface Preview {
  readonly verdicts: RulePreview['verdicts'];
  readonly rendered: RulePreview['rendered'];
  readonly problem: string | null;
  /** The event that the parameters are rendered for; null: the newest that matches. */
  readonly eventId: number | null;
  readonly ask: (draft: RuleDraft) => void;
  readonly choose: (eventId: number, draft: RuleDraft) => void;
}

interface Answer {
  readonly verdicts: RulePreview['verdicts'];
  readonly rendered: RulePreview['rendered'];
  readonly problem: string | null;
}

const NOTHING: Answer = { verdicts: [], rendered: null, problem: null };

/** What the draft would have made of the last events; asked for a moment after the last change. */
export function usePreview(initial: RuleDraft): Preview {
  const [answer, setAnswer] = useState(NOTHING);
  const [eventId, setEventId] = useState<number | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const running = useRef<AbortController>(undefined);

  const fetchNow = async (draft: RuleDraft, event: number | null) => {
    running.current?.abort();
    if (draft.triggerRef === '') return setAnswer(NOTHING);
    const { signal } = (running.current = new AbortController());
    const { body } = checkDraft(draft);
    const question = {
      trigger_ref: body.trigger_ref,
      conditions: body.conditions ?? [],
      limit: EVENTS_MAX,
      ...(body.action_ref !== '' && {
        action_ref: body.action_ref,
        action_params: body.action_params ?? {},
      }),
      ...(body.pack_ref !== '' && { pack_ref: body.pack_ref }),
    };
    try {
      // Asked for one event, the server answers for that one only.
      const [all, chosen] = await Promise.all([
        call(previewRule, { body: question }, { signal }),
        event === null ? null : call(previewRule, { body: { ...question, event } }, { signal }),
      ]);
      setAnswer({
        verdicts: all.data.verdicts,
        rendered: (chosen ?? all).data.rendered,
        problem: null,
      });
    } catch (error) {
      // A newer question took its place.
      if (signal.aborted) return;
      if (!(error instanceof AppError)) throw error;
      setAnswer((before) => ({ ...before, problem: error.message }));
    }
  };

  const ask = (draft: RuleDraft, event: number | null = eventId, pauseMs = PAUSE_MS) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => void fetchNow(draft, event), pauseMs);
  };

  const start = useEffectEvent(() => ask(initial, null, 0));
  useEffect(() => {
    start();
    return () => {
      clearTimeout(timer.current);
      running.current?.abort();
    };
  }, []);

  return {
    ...answer,
    eventId,
    ask: (draft) => ask(draft),
    choose: (event, draft) => {
      setEventId(event);
      ask(draft, event, 0);
    },
  };
}
