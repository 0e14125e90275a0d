# Three stages that do not need each other are built at the same time;
# the last one gathers what they made.
FROM node:22-alpine AS frontend
WORKDIR /web
COPY web/package.json web/package-lock.json ./
RUN npm ci
COPY web .
RUN npm run build

FROM golang:1.23-alpine AS backend
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -o /out/server ./cmd/server

FROM python:3.13-alpine AS docs
RUN pip install mkdocs
COPY docs /docs
RUN mkdocs build --config-file /docs/mkdocs.yml --site-dir /out/site

FROM alpine:3.20
COPY --from=backend /out/server /usr/local/bin/server
COPY --from=frontend /web/dist /srv/www
COPY --from=docs /out/site /srv/docs
USER nobody
ENTRYPOINT ["server"]
