-- Lists ask for runs by whoever asked, by worker, pack and trigger: newest first.
CREATE INDEX "execution_identity_id_id_idx" ON "execution"("identity_id", "id" DESC);
CREATE INDEX "execution_worker_id_id_idx" ON "execution"("worker_id", "id" DESC);
CREATE INDEX "execution_pack_ref_id_idx" ON "execution"("pack_ref", "id" DESC);
CREATE INDEX "execution_trigger_ref_id_idx" ON "execution"("trigger_ref", "id" DESC);

-- What is rare is what one looks for; the usual run costs these nothing.
CREATE INDEX "execution_retried" ON "execution" ("id" DESC) WHERE "attempt_count" > 1;
CREATE INDEX "execution_never_started" ON "execution" ("id" DESC) WHERE "attempt_count" = 0;
CREATE INDEX "execution_odd_end" ON "execution" ("end_reason", "id" DESC) WHERE "end_reason" <> 'exit';
CREATE INDEX "attempt_odd_exit" ON "attempt" ("exit_code", "execution_id" DESC) WHERE "exit_code" <> 0;
CREATE INDEX "execution_took" ON "execution" (("finished_at" - "started_at")) WHERE "finished_at" IS NOT NULL;
CREATE INDEX "attempt_signalled" ON "attempt" ("execution_id" DESC) WHERE "signal" IS NOT NULL OR "ending" -> 'signals' <> '[]'::jsonb;
CREATE INDEX "token_replayed" ON "token" ("execution_id") WHERE "replayed" > 0;
CREATE INDEX "token_refused" ON "token" ("execution_id") WHERE "refused" > 0;
