-- The permission sets that bound whoever asked for a run, a restricted API token; null: nothing did.
ALTER TABLE "execution" ADD COLUMN "restricted_to" TEXT[];
