# Not built in CI: the machines that run it have no container engine. `attune start` is what the tests run.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
# Generates the database client and builds the dashboard.
RUN node bin/attune.mjs with-node node bin/run-build.ts

FROM node:24-bookworm-slim
# Interpreters for actions, and bubblewrap for their sandboxes (it needs user namespaces: see docs/deploy.md).
RUN apt-get update \
 && apt-get install -y --no-install-recommends bubblewrap python3 util-linux \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY --from=build --chown=node:node /app /app
RUN install -d -o node -g node -m 0711 /data
USER node
ENV NODE_ENV=production ATTUNE_DATA_DIR=/data HOST=0.0.0.0 PORT=3000 GATEWAY_PORT=3001
VOLUME /data
EXPOSE 3000
# `web` (default), `worker`, or `db migrate`. The settings come from ATTUNE_CONFIG_FILE: secrets do not belong into a
# container's environment.
ENTRYPOINT ["node", "bin/attune.mjs"]
CMD ["web"]
