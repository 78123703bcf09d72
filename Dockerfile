# Leaderline in a container: the same two commands as everywhere, nothing else installed.
FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN npm run build && npm prune --omit=dev

FROM node:22-bookworm-slim
WORKDIR /app
COPY --from=build --chown=node:node /app /app
RUN mkdir /data && chown node:node /data
USER node
ENV NODE_ENV=production
VOLUME /data
EXPOSE 8080
# Listening wider than loopback: control asks for LEADERLINE_TOKEN.
ENTRYPOINT ["node", "bin/leaderline.js"]
CMD ["serve", "--host", "0.0.0.0", "--data", "/data"]
