# syntax=docker/dockerfile:1
# A mount lends files to one RUN and leaves nothing behind: a cache between builds,
# the sources from the context, the packages of another stage.
FROM debian:bookworm-slim AS packages
RUN mkdir /deb && cd /deb && apt-get update && apt-get download libpq5

FROM golang:1.23 AS build
WORKDIR /src
RUN --mount=type=bind,target=. \
    --mount=type=cache,target=/go/pkg/mod \
    --mount=type=cache,target=/root/.cache/go-build \
    go build -o /out/app ./...

FROM debian:bookworm-slim
RUN --mount=type=bind,from=packages,source=/deb,target=/deb \
    dpkg --install /deb/*.deb
COPY --from=build /out/app /usr/local/bin/app
CMD ["app"]
