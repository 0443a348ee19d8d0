-- Secrets that a process was told while it ran, encrypted like the keys they came from: what it says is masked by them.
CREATE TABLE "disclosed_secret" (
    "id" BIGSERIAL NOT NULL,
    "execution_id" BIGINT,
    "sensor_id" INTEGER,
    "name" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "ciphertext" BYTEA NOT NULL,
    "encryption_key_hash" TEXT,
    "at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "disclosed_secret_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "disclosed_secret_holder" CHECK (num_nonnulls("execution_id", "sensor_id") = 1)
);

CREATE UNIQUE INDEX "disclosed_secret_execution_id_name_version_key" ON "disclosed_secret"("execution_id", "name", "version");
CREATE UNIQUE INDEX "disclosed_secret_sensor_id_name_version_key" ON "disclosed_secret"("sensor_id", "name", "version");
CREATE INDEX "disclosed_secret_at_idx" ON "disclosed_secret"("at");
