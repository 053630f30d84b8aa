# A worker on an NVIDIA GPU (linux-x64, driver for CUDA 12, the NVIDIA container toolkit on the host).
# Build from the repository's root: docker build -f infra/docker/worker-cuda.Dockerfile -t mezzotint-worker-cuda .
FROM node:22-bookworm-slim AS node

FROM nvidia/cuda:12.8.1-cudnn-runtime-ubuntu24.04
COPY --from=node /usr/local /usr/local
WORKDIR /app
ENV CHECKPOINT_DISABLE=1
COPY package.json package-lock.json .npmrc ./
COPY apps/cli/package.json apps/cli/
COPY apps/web/package.json apps/web/
COPY apps/worker/package.json apps/worker/
COPY packages packages
COPY e2e/package.json e2e/
RUN npm ci --no-audit --no-fund
COPY scripts scripts
# Fetches ONNX Runtime's CUDA libraries; the one step of all images that needs more than the package registry.
RUN node scripts/gpu-install.mjs
COPY prisma.config.ts ./
COPY prisma prisma
RUN node scripts/prisma-generate.mjs
COPY apps/cli apps/cli
COPY apps/worker apps/worker
COPY models models
RUN useradd --system --create-home mezzotint && mkdir /data && chown mezzotint /data
USER mezzotint
VOLUME /data
ENV NODE_ENV=production MEZZOTINT_SLOTS=cuda:0
STOPSIGNAL SIGTERM
CMD ["node", "--import", "tsx", "apps/worker/src/main.ts"]
