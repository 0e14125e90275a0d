# A stage that nothing needs is not built: `docker build` skips the tests here.
# `--target gate` shows how to make a build depend on them.
FROM rust:1.82-slim AS build
WORKDIR /src
COPY Cargo.toml Cargo.lock ./
COPY src src
RUN cargo build --release

FROM build AS test
RUN cargo test --release && touch /tests-passed

FROM debian:bookworm-slim AS release
COPY --from=build /src/target/release/app /usr/local/bin/app
CMD ["app"]

# The copied file is of no use, but to copy it the tests have to pass.
FROM release AS gate
COPY --from=test /tests-passed /

FROM release AS final
