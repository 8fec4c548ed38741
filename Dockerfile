FROM swift:6.3-bookworm AS build
RUN apt-get update -q \
 && apt-get install -y --no-install-recommends pkg-config libcurl4-openssl-dev libssl-dev zlib1g-dev
WORKDIR /build
COPY Package.swift ./
COPY Sources Sources
COPY Tests Tests
COPY Benchmarks Benchmarks
RUN swift build -c release --static-swift-stdlib --product marketgate \
 && install -Ds "$(swift build -c release --show-bin-path)/marketgate" /out/marketgate

FROM debian:bookworm-slim
RUN apt-get update -q \
 && apt-get install -y --no-install-recommends libcurl4 libssl3 zlib1g ca-certificates \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --no-create-home marketgate \
 && install -d -o 10001 /var/lib/marketgate
# The recording stands beside the executable, where `serve --demo` looks for it.
COPY --from=build /out/marketgate /opt/marketgate/marketgate
COPY Recordings /opt/marketgate/Recordings
# In a container the loopback address reaches nobody.
ENV APP_HOST=0.0.0.0
# Bans and unreadable messages: a volume here keeps them over a new container.
ENV STATE_DIR=/var/lib/marketgate
# By number, so that Kubernetes sees that it is not root.
USER 10001
EXPOSE 8000
# No HEALTHCHECK: /health and /ready are for whoever runs the image (docs/operations.md, Containers).
ENTRYPOINT ["/opt/marketgate/marketgate"]
CMD ["serve"]
