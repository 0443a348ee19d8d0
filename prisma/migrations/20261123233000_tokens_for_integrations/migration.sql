-- Tokens that integrations keep, and roles: names between identities and permission sets.
CREATE TABLE "api_token" (
    "id" SERIAL NOT NULL,
    "identity_id" INTEGER NOT NULL,
    "label" TEXT NOT NULL,
    "description" TEXT,
    "handle" TEXT NOT NULL,
    "token_hash" BYTEA NOT NULL,
    "permission_set_refs" TEXT[],
    "is_restricted" BOOLEAN NOT NULL DEFAULT false,
    "created_by" INTEGER,
    "created" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(6),
    "last_used_at" TIMESTAMPTZ(6),
    "last_used_ip" TEXT,
    "revoked_at" TIMESTAMPTZ(6),
    "revoked_by" INTEGER,
    "revocation_reason" TEXT,

    CONSTRAINT "api_token_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "api_token_token_hash_key" ON "api_token"("token_hash");
CREATE INDEX "api_token_identity_id_idx" ON "api_token"("identity_id");
ALTER TABLE "api_token" ADD CONSTRAINT "api_token_identity_id_fkey" FOREIGN KEY ("identity_id") REFERENCES "identity"("id") ON DELETE CASCADE ON UPDATE CASCADE;
-- A hash of another size was not made by us; a token in its place would be readable.
ALTER TABLE "api_token" ADD CONSTRAINT "api_token_hash_is_sha256" CHECK (octet_length("token_hash") = 32);

CREATE TABLE "identity_role" (
    "id" SERIAL NOT NULL,
    "identity_id" INTEGER NOT NULL,
    "role" TEXT NOT NULL,
    "source" TEXT NOT NULL DEFAULT 'manual',
    "managed" BOOLEAN NOT NULL DEFAULT false,
    "created" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "identity_role_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "identity_role_identity_id_role_key" ON "identity_role"("identity_id", "role");
CREATE INDEX "identity_role_role_idx" ON "identity_role"("role");
ALTER TABLE "identity_role" ADD CONSTRAINT "identity_role_identity_id_fkey" FOREIGN KEY ("identity_id") REFERENCES "identity"("id") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE TABLE "permission_set_role" (
    "id" SERIAL NOT NULL,
    "permission_set_id" INTEGER NOT NULL,
    "role" TEXT NOT NULL,
    "created" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "permission_set_role_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "permission_set_role_permission_set_id_role_key" ON "permission_set_role"("permission_set_id", "role");
CREATE INDEX "permission_set_role_role_idx" ON "permission_set_role"("role");
ALTER TABLE "permission_set_role" ADD CONSTRAINT "permission_set_role_permission_set_id_fkey" FOREIGN KEY ("permission_set_id") REFERENCES "permission_set"("id") ON DELETE CASCADE ON UPDATE CASCADE;
