-- Why a worker takes nothing new, the disk for one; null while it does.
ALTER TABLE "worker" ADD COLUMN "paused_reason" TEXT;
