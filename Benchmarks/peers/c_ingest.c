// c_ingest: the physical limit of taking in an exchange's stream: epoll_wait and one recv for what has come, nothing
// read of it; with a client also one send of the same bytes.
// build: cc -O3 -march=native c_ingest.c -o c_ingest
// usage: c_ingest EXCHANGE_PORT CHANNEL COUNT [CLIENT_PORT]    subscribes sym0usdt@CHANNEL…; with a port one client is
// waited for, and gets all
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "loopback.h"

enum { NAMES_A_MESSAGE = 200 };
static char buffer[65536];

static int dial(int port) {
  struct sockaddr_in a = local(port);
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(fd, (void *)&a, sizeof a)) fail("connect");
  return fd;
}

static int wait_for_client(int port) {
  struct sockaddr_in a = local(port);
  int l = socket(AF_INET, SOCK_STREAM, 0), one = 1;
  setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (bind(l, (void *)&a, sizeof a) || listen(l, 1)) fail("listen");
  int fd = accept4(l, 0, 0, SOCK_NONBLOCK);
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  close(l);
  return fd;
}

static void write_all(int fd, const void *bytes, size_t count) {
  if (write(fd, bytes, count) != (ssize_t)count) fail("write");
}

static void upgrade(int fd) {
  static const char request[] = "GET /market/stream HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: "
                                "Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
                                "dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
  write_all(fd, request, sizeof request - 1);
  size_t count = 0;
  while (count < 4 || memcmp(buffer + count - 4, "\r\n\r\n", 4))
    if (read(fd, buffer + count++, 1) != 1) fail("no answer");
}

// A masked text frame with a mask of zeros (RFC 6455 section 5.3 wants it unpredictable; the peer does not care).
static void subscribe(int fd, const char *channel, int from, int to) {
  static char text[16384];
  int length = sprintf(text, "{\"method\":\"SUBSCRIBE\",\"params\":[");
  for (int i = from; i < to; i++) length += sprintf(text + length, "%s\"sym%dusdt@%s\"", i > from ? "," : "", i, channel);
  length += sprintf(text + length, "],\"id\":%d}", from / NAMES_A_MESSAGE + 1);
  uint8_t head[8] = {0x81, 0xFE, length >> 8, length & 0xFF, 0, 0, 0, 0};
  write_all(fd, head, sizeof head);
  write_all(fd, text, length);
}

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  int count = atoi(argv[3]), client = argc > 4 ? wait_for_client(atoi(argv[4])) : -1, upstream = dial(atoi(argv[1]));
  upgrade(upstream);
  for (int i = 0; i < count; i += NAMES_A_MESSAGE)
    subscribe(upstream, argv[2], i, i + NAMES_A_MESSAGE < count ? i + NAMES_A_MESSAGE : count);
  int ep = epoll_create1(0);
  struct epoll_event e = {.events = EPOLLIN}, ready[8];
  epoll_ctl(ep, EPOLL_CTL_ADD, upstream, &e);
  for (;;) {
    if (epoll_wait(ep, ready, 8, -1) < 1) continue;
    ssize_t n = recv(upstream, buffer, sizeof buffer, MSG_DONTWAIT);
    if (n <= 0) return 0;
    if (client >= 0 && send(client, buffer, n, MSG_NOSIGNAL) < 0) fail("send");
  }
}
