# No image to run, only files to take out: `docker build --output dist .`
# The last stage gathers one file from each of the others.
FROM node:22-alpine AS base
WORKDIR /src
COPY package.json package-lock.json ./
RUN npm ci
COPY . .

FROM base AS bundle
RUN npm run build

FROM base AS lint
RUN npm run lint -- --output-file /report/lint.json

FROM base AS coverage
RUN npm test -- --coverage --coverage-dir /report/coverage

FROM scratch AS artefacts
COPY --from=bundle /src/dist /
COPY --from=lint /report/lint.json /reports/
COPY --from=coverage /report/coverage /reports/coverage/
