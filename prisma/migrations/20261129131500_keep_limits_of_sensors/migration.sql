-- What the process of a sensor may use; null for one that was started before this was kept.
ALTER TABLE "sensor_process" ADD COLUMN "limits" JSONB;
