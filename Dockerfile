# One image for every role: `mesa command`, `mesa projector`, `mesa query`, `mesa worker`, `mesa migrate`.
#
#   docker build -t mesa:0.1.0 .

FROM rust:1.95-bookworm AS build
WORKDIR /mesa
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/mesa/target \
    cargo build --locked --profile dist --package mesa \
    && cp target/dist/mesa /usr/local/bin/mesa

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin mesa \
    && install -d -o mesa -m 0750 /var/lib/mesa/objects
COPY --from=build /usr/local/bin/mesa /usr/local/bin/mesa
COPY LICENSE-MIT LICENSE-APACHE /usr/share/doc/mesa/
USER 10001
ENV MESA_LISTEN=0.0.0.0:8080 MESA_LOG_FORMAT=json
EXPOSE 8080
STOPSIGNAL SIGTERM
ENTRYPOINT ["mesa"]
CMD ["--help"]
