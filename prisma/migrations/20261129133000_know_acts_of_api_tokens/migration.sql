-- The API token that an act was done with; null for all else, and for acts from before this was kept. No foreign key:
-- an act outlives the token, and is never changed.
ALTER TABLE "audit_event" ADD COLUMN "actor_token_id" INTEGER;
CREATE INDEX "audit_event_of_api_token" ON "audit_event" ("actor_token_id", "id" DESC) WHERE "actor_token_id" IS NOT NULL;
