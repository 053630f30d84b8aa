# A worker on the CPU; the same image migrates the database (npm run mezzotint -- migrate).
# Build from the repository's root: docker build -f infra/docker/worker-cpu.Dockerfile -t mezzotint-worker .
FROM node:22-bookworm-slim AS build
WORKDIR /app
ENV CHECKPOINT_DISABLE=1 ONNXRUNTIME_NODE_INSTALL=skip
COPY package.json package-lock.json .npmrc ./
COPY apps/cli/package.json apps/cli/
COPY apps/web/package.json apps/web/
COPY apps/worker/package.json apps/worker/
COPY packages packages
COPY e2e/package.json e2e/
RUN npm ci --no-audit --no-fund
COPY prisma.config.ts ./
COPY prisma prisma
COPY scripts scripts
RUN node scripts/prisma-generate.mjs
COPY apps/cli apps/cli
COPY apps/worker apps/worker
RUN npm prune --omit=dev --no-audit --no-fund

FROM node:22-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production
COPY --from=build --chown=node:node /app /app
COPY --chown=node:node models models
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
# SIGTERM drains: the running generation is finished or handed back.
STOPSIGNAL SIGTERM
CMD ["node", "--import", "tsx", "apps/worker/src/main.ts"]
