-- What a run of the action may use; what is not said here is as the worker's settings have it.
ALTER TABLE "action" ADD COLUMN "limits" JSONB NOT NULL DEFAULT '{}';
