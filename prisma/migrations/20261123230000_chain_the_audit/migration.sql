-- Audit rows are linked into a hash chain after they are committed; refusals of strangers are counted, not listed.
ALTER TABLE "audit_event"
  ADD COLUMN "count" INTEGER NOT NULL DEFAULT 1,
  ADD COLUMN "chain_seq" BIGINT,
  ADD COLUMN "prev_hash" BYTEA,
  ADD COLUMN "hash" BYTEA;

ALTER TABLE "audit_event" ADD CONSTRAINT "audit_event_chained_whole"
  CHECK (("chain_seq" IS NULL) = ("prev_hash" IS NULL) AND ("chain_seq" IS NULL) = ("hash" IS NULL));

CREATE UNIQUE INDEX "audit_event_chain_seq_key" ON "audit_event"("chain_seq");
CREATE INDEX "audit_event_event_type_id_idx" ON "audit_event"("event_type", "id");
CREATE INDEX "audit_event_actor_login_id_idx" ON "audit_event"("actor_login", "id");
-- What the chainer looks for: a handful of rows, however long the chain.
CREATE INDEX "audit_event_unchained" ON "audit_event" ("id") WHERE "chain_seq" IS NULL;

CREATE TABLE "audit_chain" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "head_seq" BIGINT NOT NULL DEFAULT 0,
    "head_hash" BYTEA NOT NULL DEFAULT '\x0000000000000000000000000000000000000000000000000000000000000000',
    "anchor_seq" BIGINT NOT NULL DEFAULT 0,
    "anchor_hash" BYTEA NOT NULL DEFAULT '\x0000000000000000000000000000000000000000000000000000000000000000',

    CONSTRAINT "audit_chain_pkey" PRIMARY KEY ("id")
);
ALTER TABLE "audit_chain" ADD CONSTRAINT "audit_chain_is_one" CHECK ("id" = 1);
INSERT INTO "audit_chain" DEFAULT VALUES;

CREATE TABLE "audit_refusal" (
    "minute" TIMESTAMPTZ(6) NOT NULL,
    "address" TEXT NOT NULL,
    "login" TEXT NOT NULL,
    "method" TEXT NOT NULL,
    "route" TEXT NOT NULL,
    "status" INTEGER NOT NULL,
    "reason" TEXT NOT NULL,
    "count" INTEGER NOT NULL,
    "first_at" TIMESTAMPTZ(6) NOT NULL,
    "last_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "audit_refusal_pkey" PRIMARY KEY ("minute", "address", "login", "method", "route", "status", "reason")
);

-- A row is written once and chained once; it goes only when the chain's anchor has passed it.
CREATE FUNCTION "audit_event_stands"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  chained audit_event := OLD;
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF OLD.chain_seq <= (SELECT anchor_seq FROM audit_chain) THEN RETURN OLD; END IF;
    RAISE EXCEPTION 'audit event % is kept: the chain begins before it', OLD.id USING ERRCODE = '23514';
  END IF;
  chained.chain_seq := NEW.chain_seq;
  chained.prev_hash := NEW.prev_hash;
  chained.hash := NEW.hash;
  IF OLD.chain_seq IS NULL AND NEW.chain_seq IS NOT NULL AND chained IS NOT DISTINCT FROM NEW THEN RETURN NEW; END IF;
  RAISE EXCEPTION 'audit event % cannot be changed', OLD.id USING ERRCODE = '23514';
END $$;

CREATE TRIGGER "audit_event_stands" BEFORE UPDATE OR DELETE ON "audit_event"
  FOR EACH ROW EXECUTE FUNCTION "audit_event_stands"();
