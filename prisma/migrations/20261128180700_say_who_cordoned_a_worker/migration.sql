-- A cordoned worker takes nothing new. Since when, who asked for it, and why.
ALTER TABLE "worker"
  ADD COLUMN "cordoned_at" TIMESTAMPTZ(6),
  ADD COLUMN "cordoned_by" INTEGER,
  ADD COLUMN "cordoned_by_login" TEXT,
  ADD COLUMN "cordon_reason" TEXT;
-- Nothing has set the mark so far.
UPDATE "worker" SET "cordoned" = false WHERE "cordoned";
ALTER TABLE "worker" ADD CONSTRAINT "worker_cordon_is_whole" CHECK (
  "cordoned" = ("cordoned_at" IS NOT NULL)
  AND "cordoned" = ("cordoned_by_login" IS NOT NULL)
  AND ("cordoned" OR ("cordon_reason" IS NULL AND "cordoned_by" IS NULL))
);
