-- What somebody set and the process did not get, with the rule that refused it.
ALTER TABLE "environment_snapshot" ADD COLUMN "refused" JSONB NOT NULL DEFAULT '[]';
