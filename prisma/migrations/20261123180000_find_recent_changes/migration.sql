-- Live lists ask for the executions that changed in the last seconds; without this they read the whole table.
CREATE INDEX "execution_updated_idx" ON "execution"("updated");
