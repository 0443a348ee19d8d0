-- Each page of a list touches few rows, however many there are: what is rare has an index that holds nothing else.
CREATE INDEX "attempt_kill_unproven" ON "attempt" ("execution_id") WHERE "ending" ->> 'kill_proven' = 'false';
CREATE INDEX "execution_unhappy_status" ON "execution" ("status", "id" DESC) WHERE "status" IN ('failed', 'timeout', 'abandoned', 'cancelled');
CREATE INDEX "execution_odd_exit" ON "execution" ((("result" ->> 'exit_code')::int), "id" DESC) WHERE ("result" ->> 'exit_code')::int <> 0;
DROP INDEX "attempt_odd_exit";
-- How long runs take: without it the planner believes that a third of them take longer than anything.
-- The same of signals: nearly every attempt would have had one, and no index be worth while.
CREATE STATISTICS "attempt_signals" ON ("ending" -> 'signals') FROM "attempt";
CREATE STATISTICS "execution_took" ON ("finished_at" - "started_at") FROM "execution";

CREATE INDEX "event_trace_tag_id_idx" ON "event" ("trace_tag", "id" DESC);
CREATE INDEX "event_of_sensor" ON "event" ("source_id", "id" DESC) WHERE "source_kind" = 'sensor';
CREATE INDEX "enforcement_rule_ref_event_id_idx" ON "enforcement" ("rule_ref", "event_id" DESC);
CREATE INDEX "enforcement_trigger_ref_id_idx" ON "enforcement" ("trigger_ref", "id" DESC);
CREATE INDEX "enforcement_odd" ON "enforcement" ("status", "id" DESC) WHERE "status" <> 'processed';

CREATE INDEX "audit_event_odd" ON "audit_event" ("outcome", "id" DESC) WHERE "outcome" <> 'success';
