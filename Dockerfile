# The two programs and nothing else: no shell, no libraries, no package manager.
#
#   docker build -t traefik-manager .
#
# For backups in a git repository, which need the git program, the same on Alpine:
#
#   docker build -t traefik-manager:git --target git .
#
# `.ci/image` tries it.

FROM rust:1-alpine AS build
RUN apk add --no-cache musl-dev ca-certificates
WORKDIR /src
COPY . .
RUN cargo build --release --locked -p traefik-manager -p traefik-manager-socket-proxy \
    && sh docs/install/image-root.sh target/release /root-of-image \
    && mkdir -p /root-of-image/etc/ssl/certs \
    && cp /etc/ssl/certs/ca-certificates.crt /root-of-image/etc/ssl/certs/

FROM alpine:3 AS base-with-git
RUN apk add --no-cache git ca-certificates

FROM base-with-git AS git
COPY --from=build /root-of-image /
USER 1000:1000
WORKDIR /app
ENV LISTEN=0.0.0.0:5000
EXPOSE 5000
HEALTHCHECK --interval=30s --timeout=6s --start-period=10s CMD ["/usr/local/bin/traefik-manager", "health"]
ENTRYPOINT ["/usr/local/bin/traefik-manager"]

FROM scratch
COPY --from=build /root-of-image /
USER 1000:1000
WORKDIR /app
ENV LISTEN=0.0.0.0:5000
EXPOSE 5000
HEALTHCHECK --interval=30s --timeout=6s --start-period=10s CMD ["/usr/local/bin/traefik-manager", "health"]
ENTRYPOINT ["/usr/local/bin/traefik-manager"]
