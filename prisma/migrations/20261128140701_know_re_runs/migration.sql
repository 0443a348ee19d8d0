-- The run that an execution does once more; null for most, and the index holds only the others.
ALTER TABLE "execution" ADD COLUMN "rerun_of" BIGINT;
CREATE INDEX "execution_rerun_of" ON "execution" ("rerun_of", "id") WHERE "rerun_of" IS NOT NULL;
