# A build arg in FROM chooses between stages: set DATABASE to sqlite, and another
# branch of the graph is built.
ARG DATABASE=postgres
ARG NODE_VERSION=22

FROM node:${NODE_VERSION}-alpine AS base
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev

FROM base AS with-postgres
RUN apk add --no-cache postgresql-client

FROM base AS with-sqlite
RUN apk add --no-cache sqlite

FROM with-${DATABASE}
COPY . .
CMD ["node", "server.js"]
