-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "pack" (
    "id" SERIAL NOT NULL,
    "ref" TEXT NOT NULL,
    "label" TEXT NOT NULL,
    "description" TEXT,
    "version" TEXT NOT NULL,
    "conf_schema" JSON NOT NULL DEFAULT '{}',
    "config" JSONB NOT NULL DEFAULT '{}',
    "meta" JSONB NOT NULL DEFAULT '{}',
    "tags" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "runtime_deps" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "dependencies" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "is_standard" BOOLEAN NOT NULL DEFAULT false,
    "source_path" TEXT,
    "storage_path" TEXT,
    "digest" TEXT,
    "readme" TEXT,
    "created" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "pack_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "action" (
    "id" SERIAL NOT NULL,
    "ref" TEXT NOT NULL,
    "pack_id" INTEGER NOT NULL,
    "pack_ref" TEXT NOT NULL,
    "label" TEXT NOT NULL,
    "description" TEXT,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "entrypoint" TEXT NOT NULL,
    "runner_type" TEXT NOT NULL DEFAULT 'shell',
    "param_schema" JSON,
    "out_schema" JSON,
    "parameter_delivery" TEXT NOT NULL DEFAULT 'stdin',
    "parameter_format" TEXT NOT NULL DEFAULT 'json',
    "output_format" TEXT NOT NULL DEFAULT 'text',
    "timeout_seconds" INTEGER,
    "queue_timeout_seconds" INTEGER,
    "max_retries" INTEGER NOT NULL DEFAULT 0,
    "idempotent" BOOLEAN NOT NULL DEFAULT false,
    "retry_on_timeout" BOOLEAN NOT NULL DEFAULT false,
    "retry" JSONB NOT NULL DEFAULT '{}',
    "env" JSONB NOT NULL DEFAULT '{}',
    "tags" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "default_execution_permission_set_refs" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "reference_visibility" TEXT NOT NULL DEFAULT 'public',
    "reference_allowed_pack_refs" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "is_adhoc" BOOLEAN NOT NULL DEFAULT false,
    "created" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "action_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "trigger" (
    "id" SERIAL NOT NULL,
    "ref" TEXT NOT NULL,
    "pack_id" INTEGER,
    "pack_ref" TEXT,
    "label" TEXT NOT NULL,
    "description" TEXT,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "param_schema" JSON,
    "out_schema" JSON,
    "webhook_enabled" BOOLEAN NOT NULL DEFAULT false,
    "webhook_key" TEXT,
    "webhook_config" JSONB NOT NULL DEFAULT '{}',
    "reference_visibility" TEXT NOT NULL DEFAULT 'public',
    "reference_allowed_pack_refs" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "is_adhoc" BOOLEAN NOT NULL DEFAULT false,
    "created" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "trigger_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sensor" (
    "id" SERIAL NOT NULL,
    "ref" TEXT NOT NULL,
    "pack_id" INTEGER NOT NULL,
    "pack_ref" TEXT NOT NULL,
    "label" TEXT NOT NULL,
    "description" TEXT,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "entrypoint" TEXT NOT NULL,
    "runner_type" TEXT NOT NULL DEFAULT 'native',
    "trigger_refs" TEXT[],
    "param_schema" JSON,
    "config" JSONB NOT NULL DEFAULT '{}',
    "mq" BOOLEAN NOT NULL DEFAULT true,
    "is_adhoc" BOOLEAN NOT NULL DEFAULT false,
    "created" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "sensor_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sensor_process" (
    "sensor_id" INTEGER NOT NULL,
    "worker_id" INTEGER,
    "generation" INTEGER NOT NULL DEFAULT 0,
    "lease_expires_at" TIMESTAMPTZ(6),
    "status" TEXT NOT NULL DEFAULT 'stopped',
    "pid" INTEGER,
    "token_jti" UUID,
    "started_at" TIMESTAMPTZ(6),
    "stopped_at" TIMESTAMPTZ(6),
    "consecutive_failures" INTEGER NOT NULL DEFAULT 0,
    "restarts" INTEGER NOT NULL DEFAULT 0,
    "last_exit_code" INTEGER,
    "last_signal" TEXT,
    "last_error" TEXT,
    "next_restart_at" TIMESTAMPTZ(6),
    "active_rule_count" INTEGER NOT NULL DEFAULT 0,
    "wanted" TEXT NOT NULL DEFAULT 'run',
    "restart_requests" INTEGER NOT NULL DEFAULT 0,
    "environment" JSONB,
    "command" JSONB,
    "cwd" TEXT,
    "isolation" JSONB,
    "updated" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "sensor_process_pkey" PRIMARY KEY ("sensor_id")
);

-- CreateTable
CREATE TABLE "sensor_log_chunk" (
    "sensor_id" INTEGER NOT NULL,
    "seq" BIGINT NOT NULL,
    "stream" TEXT NOT NULL,
    "at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "content" BYTEA NOT NULL,

    CONSTRAINT "sensor_log_chunk_pkey" PRIMARY KEY ("sensor_id","seq")
);

-- CreateTable
CREATE TABLE "identity" (
    "id" SERIAL NOT NULL,
    "login" TEXT NOT NULL,
    "display_name" TEXT,
    "password_hash" TEXT,
    "attributes" JSONB NOT NULL DEFAULT '{}',
    "frozen" BOOLEAN NOT NULL DEFAULT false,
    "session_epoch" INTEGER NOT NULL DEFAULT 0,
    "created" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "identity_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "permission_set" (
    "id" SERIAL NOT NULL,
    "ref" TEXT NOT NULL,
    "pack_ref" TEXT,
    "label" TEXT,
    "description" TEXT,
    "grants" JSONB NOT NULL DEFAULT '[]',
    "created" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "permission_set_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "permission_assignment" (
    "id" SERIAL NOT NULL,
    "identity_id" INTEGER NOT NULL,
    "permission_set_id" INTEGER NOT NULL,
    "created" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "permission_assignment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "refresh_token" (
    "jti" UUID NOT NULL,
    "family" UUID NOT NULL,
    "identity_id" INTEGER NOT NULL,
    "issued_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(6) NOT NULL,
    "used_at" TIMESTAMPTZ(6),
    "revoked_at" TIMESTAMPTZ(6),

    CONSTRAINT "refresh_token_pkey" PRIMARY KEY ("jti")
);

-- CreateTable
CREATE TABLE "key" (
    "id" SERIAL NOT NULL,
    "ref" TEXT NOT NULL,
    "local_ref" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "owner_type" TEXT NOT NULL,
    "owner" TEXT NOT NULL DEFAULT '',
    "owner_id" INTEGER,
    "encrypted" BOOLEAN NOT NULL DEFAULT true,
    "value" JSONB,
    "ciphertext" BYTEA,
    "encryption_key_hash" TEXT,
    "created" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "key_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "worker" (
    "id" SERIAL NOT NULL,
    "name" TEXT NOT NULL,
    "host" TEXT NOT NULL,
    "pid" INTEGER NOT NULL,
    "version" TEXT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'active',
    "slots" INTEGER NOT NULL,
    "running" INTEGER NOT NULL DEFAULT 0,
    "isolation" JSONB NOT NULL,
    "runtimes" JSONB NOT NULL DEFAULT '[]',
    "gateway_url" TEXT,
    "rss_bytes" BIGINT NOT NULL DEFAULT 0,
    "cordoned" BOOLEAN NOT NULL DEFAULT false,
    "started_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_heartbeat" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "stopped_at" TIMESTAMPTZ(6),

    CONSTRAINT "worker_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_event" (
    "id" BIGSERIAL NOT NULL,
    "category" TEXT NOT NULL,
    "event_type" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "actor_identity" INTEGER,
    "actor_login" TEXT,
    "actor_token_type" TEXT,
    "actor_ip" TEXT,
    "request_id" TEXT,
    "http_method" TEXT,
    "http_path" TEXT,
    "http_status" INTEGER,
    "resource_type" TEXT,
    "resource_id" BIGINT,
    "resource_ref" TEXT,
    "details" JSONB,
    "created" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "audit_event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "webhook_event_log" (
    "id" BIGSERIAL NOT NULL,
    "trigger_id" INTEGER,
    "trigger_ref" TEXT,
    "event_id" BIGINT,
    "source_ip" TEXT,
    "user_agent" TEXT,
    "payload_size_bytes" INTEGER NOT NULL,
    "status_code" INTEGER NOT NULL,
    "error_message" TEXT,
    "hmac_verified" BOOLEAN,
    "created" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "webhook_event_log_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "setting" (
    "name" TEXT NOT NULL,
    "value" JSONB NOT NULL,
    "updated" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "setting_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "rule" (
    "id" SERIAL NOT NULL,
    "ref" TEXT NOT NULL,
    "pack_id" INTEGER NOT NULL,
    "pack_ref" TEXT NOT NULL,
    "label" TEXT NOT NULL,
    "description" TEXT,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "trigger_ref" TEXT NOT NULL,
    "action_ref" TEXT NOT NULL,
    "conditions" JSONB NOT NULL DEFAULT '[]',
    "action_params" JSONB NOT NULL DEFAULT '{}',
    "trigger_params" JSONB NOT NULL DEFAULT '{}',
    "permission_set_refs" JSONB,
    "trace_tag_template" TEXT,
    "is_adhoc" BOOLEAN NOT NULL DEFAULT true,
    "owner_identity_id" INTEGER,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "rule_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "rule_version" (
    "rule_id" INTEGER NOT NULL,
    "version" INTEGER NOT NULL,
    "rule_ref" TEXT NOT NULL,
    "pack_ref" TEXT NOT NULL,
    "enabled" BOOLEAN NOT NULL,
    "trigger_ref" TEXT NOT NULL,
    "action_ref" TEXT NOT NULL,
    "conditions" JSONB NOT NULL,
    "action_params" JSONB NOT NULL,
    "trigger_params" JSONB NOT NULL,
    "permission_set_refs" JSONB,
    "trace_tag_template" TEXT,
    "owner_identity_id" INTEGER,
    "valid_from_revision" BIGINT NOT NULL,
    "valid_until_revision" BIGINT,
    "changed_by" TEXT,
    "created" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "rule_version_pkey" PRIMARY KEY ("rule_id","version")
);

-- CreateTable
CREATE TABLE "rule_set" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL DEFAULT 1,

    CONSTRAINT "rule_set_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "event" (
    "id" BIGSERIAL NOT NULL,
    "trigger_id" INTEGER,
    "trigger_ref" TEXT NOT NULL,
    "payload" JSONB NOT NULL DEFAULT '{}',
    "config" JSONB,
    "source_kind" TEXT NOT NULL,
    "source_id" BIGINT,
    "source_ref" TEXT,
    "rule_id" INTEGER,
    "rule_ref" TEXT,
    "trace_tag" TEXT,
    "dedupe_key" TEXT,
    "rule_set_revision" BIGINT NOT NULL,
    "created" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "enforcement" (
    "id" BIGSERIAL NOT NULL,
    "rule_id" INTEGER NOT NULL,
    "rule_ref" TEXT NOT NULL,
    "rule_version" INTEGER NOT NULL,
    "trigger_ref" TEXT NOT NULL,
    "event_id" BIGINT NOT NULL,
    "config" JSONB,
    "conditions" JSONB NOT NULL DEFAULT '{}',
    "condition" TEXT NOT NULL DEFAULT 'all',
    "status" TEXT NOT NULL,
    "reason" JSONB,
    "created" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "resolved_at" TIMESTAMPTZ(6),

    CONSTRAINT "enforcement_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "execution" (
    "id" BIGSERIAL NOT NULL,
    "action_id" INTEGER,
    "action_ref" TEXT NOT NULL,
    "pack_ref" TEXT NOT NULL,
    "config" JSONB NOT NULL DEFAULT '{}',
    "secret_config" BYTEA,
    "env_vars" JSONB NOT NULL DEFAULT '{}',
    "parent_id" BIGINT,
    "root_id" BIGINT,
    "enforcement_id" BIGINT,
    "rule_ref" TEXT,
    "trigger_ref" TEXT,
    "trace_tag" TEXT,
    "identity_id" INTEGER,
    "permission_set_refs" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "status" TEXT NOT NULL DEFAULT 'requested',
    "result" JSONB,
    "end_reason" TEXT,
    "timeout_seconds" INTEGER NOT NULL DEFAULT 600,
    "queue_timeout_seconds" INTEGER,
    "deadline_at" TIMESTAMPTZ(6),
    "max_retries" INTEGER NOT NULL DEFAULT 0,
    "attempt_count" INTEGER NOT NULL DEFAULT 0,
    "run_after" TIMESTAMPTZ(6),
    "worker_id" INTEGER,
    "cancel_requested_at" TIMESTAMPTZ(6),
    "cancel_requested_by" TEXT,
    "cancel_reason" TEXT,
    "idempotency_key" TEXT,
    "created" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" TIMESTAMPTZ(6),
    "finished_at" TIMESTAMPTZ(6),
    "updated" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "execution_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "attempt" (
    "id" BIGSERIAL NOT NULL,
    "execution_id" BIGINT NOT NULL,
    "number" INTEGER NOT NULL,
    "worker_id" INTEGER NOT NULL,
    "lease_expires_at" TIMESTAMPTZ(6) NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'running',
    "claimed_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "process_started_at" TIMESTAMPTZ(6),
    "ended_at" TIMESTAMPTZ(6),
    "exit_code" INTEGER,
    "signal" TEXT,
    "end_reason" TEXT,
    "result" JSONB,
    "ending" JSONB,
    "isolation" JSONB,
    "stdout_bytes" BIGINT NOT NULL DEFAULT 0,
    "stderr_bytes" BIGINT NOT NULL DEFAULT 0,
    "truncated_bytes" BIGINT NOT NULL DEFAULT 0,
    "masked" JSONB,

    CONSTRAINT "attempt_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "environment_snapshot" (
    "attempt_id" BIGINT NOT NULL,
    "variables" JSONB NOT NULL,
    "command" JSONB NOT NULL,
    "cwd" TEXT NOT NULL,
    "user_name" TEXT NOT NULL,
    "isolation" JSONB NOT NULL,
    "limits" JSONB NOT NULL DEFAULT '{}',
    "runtime" TEXT NOT NULL,
    "runtime_version" TEXT,
    "pack_version" TEXT,
    "pack_digest" TEXT,
    "created" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "environment_snapshot_pkey" PRIMARY KEY ("attempt_id")
);

-- CreateTable
CREATE TABLE "log_chunk" (
    "execution_id" BIGINT NOT NULL,
    "seq" INTEGER NOT NULL,
    "attempt" INTEGER NOT NULL,
    "stream" TEXT NOT NULL,
    "at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "content" BYTEA NOT NULL,

    CONSTRAINT "log_chunk_pkey" PRIMARY KEY ("execution_id","seq")
);

-- CreateTable
CREATE TABLE "signing_key" (
    "kid" TEXT NOT NULL,
    "worker_id" INTEGER,
    "public_jwk" JSONB NOT NULL,
    "created" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "retired_at" TIMESTAMPTZ(6),

    CONSTRAINT "signing_key_pkey" PRIMARY KEY ("kid")
);

-- CreateTable
CREATE TABLE "token" (
    "jti" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "kid" TEXT NOT NULL,
    "attempt_id" BIGINT,
    "execution_id" BIGINT,
    "sensor_id" INTEGER,
    "identity_id" INTEGER,
    "action_ref" TEXT,
    "pack_ref" TEXT NOT NULL,
    "scopes" TEXT[],
    "scopes_used" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "trigger_refs" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "issued_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(6) NOT NULL,
    "ended_at" TIMESTAMPTZ(6),
    "end_reason" TEXT,
    "calls" INTEGER NOT NULL DEFAULT 0,
    "refused" INTEGER NOT NULL DEFAULT 0,
    "replayed" INTEGER NOT NULL DEFAULT 0,
    "last_used_at" TIMESTAMPTZ(6),

    CONSTRAINT "token_pkey" PRIMARY KEY ("jti")
);

-- CreateTable
CREATE TABLE "token_call" (
    "id" BIGSERIAL NOT NULL,
    "jti" UUID NOT NULL,
    "at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "method" TEXT NOT NULL,
    "route" TEXT NOT NULL,
    "status" INTEGER NOT NULL,
    "reason" TEXT,
    "after_end" BOOLEAN NOT NULL DEFAULT false,
    "address" TEXT,

    CONSTRAINT "token_call_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "pack_ref_key" ON "pack"("ref");

-- CreateIndex
CREATE UNIQUE INDEX "action_ref_key" ON "action"("ref");

-- CreateIndex
CREATE INDEX "action_pack_id_idx" ON "action"("pack_id");

-- CreateIndex
CREATE UNIQUE INDEX "trigger_ref_key" ON "trigger"("ref");

-- CreateIndex
CREATE UNIQUE INDEX "trigger_webhook_key_key" ON "trigger"("webhook_key");

-- CreateIndex
CREATE INDEX "trigger_pack_id_idx" ON "trigger"("pack_id");

-- CreateIndex
CREATE UNIQUE INDEX "sensor_ref_key" ON "sensor"("ref");

-- CreateIndex
CREATE INDEX "sensor_pack_id_idx" ON "sensor"("pack_id");

-- CreateIndex
CREATE INDEX "sensor_log_chunk_at_idx" ON "sensor_log_chunk"("at");

-- CreateIndex
CREATE UNIQUE INDEX "identity_login_key" ON "identity"("login");

-- CreateIndex
CREATE UNIQUE INDEX "permission_set_ref_key" ON "permission_set"("ref");

-- CreateIndex
CREATE UNIQUE INDEX "permission_assignment_identity_id_permission_set_id_key" ON "permission_assignment"("identity_id", "permission_set_id");

-- CreateIndex
CREATE INDEX "refresh_token_family_idx" ON "refresh_token"("family");

-- CreateIndex
CREATE INDEX "refresh_token_identity_id_idx" ON "refresh_token"("identity_id");

-- CreateIndex
CREATE UNIQUE INDEX "key_ref_key" ON "key"("ref");

-- CreateIndex
CREATE UNIQUE INDEX "key_owner_type_owner_local_ref_key" ON "key"("owner_type", "owner", "local_ref");

-- CreateIndex
CREATE INDEX "worker_status_idx" ON "worker"("status");

-- CreateIndex
CREATE INDEX "audit_event_created_idx" ON "audit_event"("created");

-- CreateIndex
CREATE INDEX "audit_event_resource_type_resource_ref_idx" ON "audit_event"("resource_type", "resource_ref");

-- CreateIndex
CREATE INDEX "audit_event_request_id_idx" ON "audit_event"("request_id");

-- CreateIndex
CREATE INDEX "webhook_event_log_trigger_id_id_idx" ON "webhook_event_log"("trigger_id", "id");

-- CreateIndex
CREATE INDEX "webhook_event_log_created_idx" ON "webhook_event_log"("created");

-- CreateIndex
CREATE UNIQUE INDEX "rule_ref_key" ON "rule"("ref");

-- CreateIndex
CREATE INDEX "rule_trigger_ref_idx" ON "rule"("trigger_ref");

-- CreateIndex
CREATE INDEX "rule_action_ref_idx" ON "rule"("action_ref");

-- CreateIndex
CREATE INDEX "rule_pack_id_idx" ON "rule"("pack_id");

-- CreateIndex
CREATE INDEX "rule_version_trigger_ref_valid_from_revision_idx" ON "rule_version"("trigger_ref", "valid_from_revision");

-- CreateIndex
CREATE INDEX "event_trigger_ref_id_idx" ON "event"("trigger_ref", "id" DESC);

-- CreateIndex
CREATE INDEX "event_created_idx" ON "event"("created");

-- CreateIndex
CREATE UNIQUE INDEX "event_trigger_ref_dedupe_key_key" ON "event"("trigger_ref", "dedupe_key");

-- CreateIndex
CREATE INDEX "enforcement_event_id_idx" ON "enforcement"("event_id");

-- CreateIndex
CREATE INDEX "enforcement_rule_ref_id_idx" ON "enforcement"("rule_ref", "id" DESC);

-- CreateIndex
CREATE INDEX "enforcement_created_idx" ON "enforcement"("created");

-- CreateIndex
CREATE UNIQUE INDEX "enforcement_rule_id_event_id_key" ON "enforcement"("rule_id", "event_id");

-- CreateIndex
CREATE INDEX "execution_action_ref_id_idx" ON "execution"("action_ref", "id" DESC);

-- CreateIndex
CREATE INDEX "execution_rule_ref_id_idx" ON "execution"("rule_ref", "id" DESC);

-- CreateIndex
CREATE INDEX "execution_parent_id_idx" ON "execution"("parent_id");

-- CreateIndex
CREATE INDEX "execution_trace_tag_idx" ON "execution"("trace_tag");

-- CreateIndex
CREATE INDEX "execution_created_idx" ON "execution"("created");

-- CreateIndex
CREATE UNIQUE INDEX "execution_enforcement_id_key" ON "execution"("enforcement_id");

-- CreateIndex
CREATE UNIQUE INDEX "execution_identity_id_idempotency_key_key" ON "execution"("identity_id", "idempotency_key");

-- CreateIndex
CREATE INDEX "attempt_worker_id_status_idx" ON "attempt"("worker_id", "status");

-- CreateIndex
CREATE UNIQUE INDEX "attempt_execution_id_number_key" ON "attempt"("execution_id", "number");

-- CreateIndex
CREATE INDEX "environment_snapshot_created_idx" ON "environment_snapshot"("created");

-- CreateIndex
CREATE INDEX "log_chunk_at_idx" ON "log_chunk"("at");

-- CreateIndex
CREATE INDEX "token_attempt_id_idx" ON "token"("attempt_id");

-- CreateIndex
CREATE INDEX "token_execution_id_idx" ON "token"("execution_id");

-- CreateIndex
CREATE INDEX "token_sensor_id_idx" ON "token"("sensor_id");

-- CreateIndex
CREATE INDEX "token_call_jti_id_idx" ON "token_call"("jti", "id");

-- CreateIndex
CREATE INDEX "token_call_at_idx" ON "token_call"("at");

-- AddForeignKey
ALTER TABLE "action" ADD CONSTRAINT "action_pack_id_fkey" FOREIGN KEY ("pack_id") REFERENCES "pack"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "trigger" ADD CONSTRAINT "trigger_pack_id_fkey" FOREIGN KEY ("pack_id") REFERENCES "pack"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sensor" ADD CONSTRAINT "sensor_pack_id_fkey" FOREIGN KEY ("pack_id") REFERENCES "pack"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sensor_process" ADD CONSTRAINT "sensor_process_sensor_id_fkey" FOREIGN KEY ("sensor_id") REFERENCES "sensor"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "permission_assignment" ADD CONSTRAINT "permission_assignment_identity_id_fkey" FOREIGN KEY ("identity_id") REFERENCES "identity"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "permission_assignment" ADD CONSTRAINT "permission_assignment_permission_set_id_fkey" FOREIGN KEY ("permission_set_id") REFERENCES "permission_set"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "refresh_token" ADD CONSTRAINT "refresh_token_identity_id_fkey" FOREIGN KEY ("identity_id") REFERENCES "identity"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "rule" ADD CONSTRAINT "rule_pack_id_fkey" FOREIGN KEY ("pack_id") REFERENCES "pack"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What Prisma's language cannot say. ---------------------------------------------------------

-- The state machines, as in lib/domain/execution-status.ts and attempt-status.ts (a test compares them).
CREATE TABLE "execution_transition" ("from_status" TEXT NOT NULL, "to_status" TEXT NOT NULL, PRIMARY KEY ("from_status", "to_status"));
INSERT INTO "execution_transition" VALUES
  ('requested', 'scheduling'),
  ('requested', 'scheduled'),
  ('requested', 'running'),
  ('requested', 'cancelled'),
  ('requested', 'failed'),
  ('requested', 'timeout'),
  ('scheduling', 'scheduled'),
  ('scheduling', 'running'),
  ('scheduling', 'cancelled'),
  ('scheduling', 'failed'),
  ('scheduling', 'timeout'),
  ('scheduled', 'running'),
  ('scheduled', 'cancelled'),
  ('scheduled', 'failed'),
  ('scheduled', 'timeout'),
  ('scheduled', 'abandoned'),
  ('running', 'scheduled'),
  ('running', 'canceling'),
  ('running', 'completed'),
  ('running', 'failed'),
  ('running', 'timeout'),
  ('running', 'abandoned'),
  ('canceling', 'cancelled'),
  ('canceling', 'completed'),
  ('canceling', 'failed'),
  ('canceling', 'timeout'),
  ('canceling', 'abandoned');
CREATE TABLE "attempt_transition" ("from_status" TEXT NOT NULL, "to_status" TEXT NOT NULL, PRIMARY KEY ("from_status", "to_status"));
INSERT INTO "attempt_transition" VALUES
  ('running', 'completed'),
  ('running', 'failed'),
  ('running', 'timeout'),
  ('running', 'cancelled'),
  ('running', 'lost');

ALTER TABLE "execution" ADD CONSTRAINT "execution_status_known" CHECK ("status" IN ('requested', 'scheduling', 'scheduled', 'running', 'canceling', 'completed', 'failed', 'timeout', 'cancelled', 'abandoned'));
ALTER TABLE "attempt" ADD CONSTRAINT "attempt_status_known" CHECK ("status" IN ('running', 'completed', 'failed', 'timeout', 'cancelled', 'lost'));
ALTER TABLE "enforcement" ADD CONSTRAINT "enforcement_status_known" CHECK ("status" IN ('created', 'processed', 'disabled'));
ALTER TABLE "token" ADD CONSTRAINT "token_kind_known" CHECK ("kind" IN ('execution', 'sensor'));
ALTER TABLE "log_chunk" ADD CONSTRAINT "log_chunk_stream_known" CHECK ("stream" IN ('stdout', 'stderr', 'system'));
ALTER TABLE "key" ADD CONSTRAINT "key_owner_known" CHECK ("owner_type" IN ('system', 'identity', 'pack', 'action', 'sensor'));
ALTER TABLE "rule_set" ADD CONSTRAINT "rule_set_one_row" CHECK ("id" = 1);

-- TG_ARGV[0] is the name of the table of allowed moves.
CREATE FUNCTION "refuse_forbidden_move"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE allowed BOOLEAN;
BEGIN
  EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I WHERE from_status = $1 AND to_status = $2)', TG_ARGV[0])
    INTO allowed USING OLD.status, NEW.status;
  IF NOT allowed THEN
    RAISE EXCEPTION '% % may not move from % to %', TG_TABLE_NAME, OLD.id, OLD.status, NEW.status USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER "execution_moves" BEFORE UPDATE OF "status" ON "execution" FOR EACH ROW
  WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION "refuse_forbidden_move"('execution_transition');
CREATE TRIGGER "attempt_moves" BEFORE UPDATE OF "status" ON "attempt" FOR EACH ROW
  WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION "refuse_forbidden_move"('attempt_transition');

-- An execution has at most one running attempt, and its token ends exactly once.
CREATE UNIQUE INDEX "attempt_one_running" ON "attempt" ("execution_id") WHERE "status" = 'running';
CREATE INDEX "attempt_lease" ON "attempt" ("lease_expires_at") WHERE "status" = 'running';
CREATE INDEX "execution_waiting" ON "execution" ("created") WHERE "status" IN ('requested', 'scheduling', 'scheduled');
CREATE INDEX "execution_live" ON "execution" ("status") WHERE "status" IN ('requested', 'scheduling', 'scheduled', 'running', 'canceling');
CREATE INDEX "execution_unhappy" ON "execution" ("id" DESC) WHERE "status" IN ('failed', 'timeout', 'abandoned', 'cancelled');
CREATE INDEX "execution_finished" ON "execution" ("finished_at") WHERE "finished_at" IS NOT NULL;
CREATE INDEX "token_live" ON "token" ("expires_at") WHERE "ended_at" IS NULL;

-- Rows that are appended and deleted in bulk: clean them early.
ALTER TABLE "log_chunk" SET (autovacuum_vacuum_scale_factor = 0.02);
ALTER TABLE "execution" SET (autovacuum_vacuum_scale_factor = 0.02, fillfactor = 80);
ALTER TABLE "attempt" SET (autovacuum_vacuum_scale_factor = 0.02, fillfactor = 80);
ALTER TABLE "token" SET (autovacuum_vacuum_scale_factor = 0.02, fillfactor = 80);

INSERT INTO "rule_set" ("id", "revision") VALUES (1, 1);
