-- Retries, three clocks, concurrency limits, and an epoch in every write of a worker.
ALTER TABLE "action"
  ADD COLUMN "deadline_seconds" INTEGER,
  ADD COLUMN "cancellation_policy" TEXT NOT NULL DEFAULT 'allow_finish',
  ADD COLUMN "concurrency" JSONB;

ALTER TABLE "execution"
  ADD COLUMN "queue_deadline_at" TIMESTAMPTZ(6),
  ADD COLUMN "deadline_seconds" INTEGER,
  ADD COLUMN "idempotent" BOOLEAN NOT NULL DEFAULT false,
  ADD COLUMN "retry_on_timeout" BOOLEAN NOT NULL DEFAULT false,
  ADD COLUMN "retry_policy" JSONB,
  ADD COLUMN "cancellation_policy" TEXT NOT NULL DEFAULT 'allow_finish',
  ADD COLUMN "concurrency_key" TEXT,
  ADD COLUMN "concurrency_limit" INTEGER,
  ADD COLUMN "on_limit" TEXT;

ALTER TABLE "attempt" ADD COLUMN "epoch" BIGINT NOT NULL DEFAULT floor(random() * 9007199254740991);

ALTER TABLE "action" ADD CONSTRAINT "action_cancellation_policy_known" CHECK ("cancellation_policy" IN ('allow_finish', 'cancel_running'));
ALTER TABLE "execution" ADD CONSTRAINT "execution_cancellation_policy_known" CHECK ("cancellation_policy" IN ('allow_finish', 'cancel_running'));
ALTER TABLE "execution" ADD CONSTRAINT "execution_on_limit_known" CHECK ("on_limit" IN ('enqueue', 'cancel', 'replace'));
ALTER TABLE "execution" ADD CONSTRAINT "execution_limit_whole"
  CHECK (("concurrency_key" IS NULL) = ("concurrency_limit" IS NULL) AND ("concurrency_key" IS NULL) = ("on_limit" IS NULL));

-- A try that is due may find its limit reached, and waits for its turn again.
INSERT INTO "execution_transition" VALUES ('scheduled', 'scheduling');

-- What the sweep looks for: waits that were too long, and turns that have come.
CREATE INDEX "execution_queue_deadline" ON "execution" ("queue_deadline_at")
  WHERE "queue_deadline_at" IS NOT NULL AND "status" IN ('requested', 'scheduling', 'scheduled');
CREATE INDEX "execution_deadline" ON "execution" ("deadline_at")
  WHERE "deadline_at" IS NOT NULL AND "status" IN ('requested', 'scheduling', 'scheduled');
CREATE INDEX "execution_concurrency" ON "execution" ("concurrency_key", "id")
  WHERE "concurrency_key" IS NOT NULL AND "status" IN ('requested', 'scheduling', 'scheduled', 'running', 'canceling');
