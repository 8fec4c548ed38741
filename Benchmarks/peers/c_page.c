// c_page: the physical limit of a page of candles that must be asked for: the request is passed on, the exchange's answer
// received, and an answer of as many bytes as the gateway's sent; nothing is read of either.
// build: cc -O3 -march=native c_page.c -o c_page
// usage: c_page EXCHANGE_PORT PORT BYTES    each client has a connection of its own to the exchange
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

enum { MOST_EVENTS = 64, HEAD_ROOM = 256 };
static char buffer[1 << 18];
static char *answer;
static size_t answer_size;

struct pair {
  int client, exchange;
  // What the exchange still owes, 0 before its head has come; what the client still must be sent.
  size_t owed, unsent;
};

// Which side of a pair an event is of: in the lowest bit of its pointer.
enum { EXCHANGE = 1 };

static void watch(int poller, int fd, uint32_t events, uint64_t data) {
  struct epoll_event e = {.events = events | EPOLLET, .data.u64 = data};
  int one = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (epoll_ctl(poller, EPOLL_CTL_ADD, fd, &e)) fail("epoll_ctl");
}

static void welcome(int poller, int listener, int exchange_port) {
  int client = accept4(listener, 0, 0, SOCK_NONBLOCK), exchange = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in a = local(exchange_port);
  if (client < 0 || connect(exchange, (void *)&a, sizeof a)) fail("connect");
  struct pair *pair = calloc(1, sizeof *pair);
  *pair = (struct pair){.client = client, .exchange = exchange};
  watch(poller, client, EPOLLIN | EPOLLOUT, (uint64_t)(uintptr_t)pair);
  watch(poller, exchange, EPOLLIN, (uint64_t)(uintptr_t)pair | EXCHANGE);
}

static void answer_some(struct pair *pair) {
  ssize_t n = send(pair->client, answer + answer_size - pair->unsent, pair->unsent, MSG_NOSIGNAL);
  if (n > 0) pair->unsent -= n;
}

// `GET /binance/ohlc/SYM7USDT/1m?limit=500` becomes the exchange's question.
static void ask(struct pair *pair) {
  ssize_t n = recv(pair->client, buffer, sizeof buffer - 1, 0);
  if (n == 0) {
    close(pair->client);
    close(pair->exchange);
  }
  if (n <= 0) return;
  buffer[n] = 0;
  char symbol[32], text[HEAD_ROOM];
  if (sscanf(buffer, "GET /binance/ohlc/%31[A-Z0-9]/", symbol) != 1) fail("request");
  int size = snprintf(text, sizeof text,
                      "GET /fapi/v1/klines?symbol=%s&interval=1m&limit=500 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", symbol);
  if (send(pair->exchange, text, size, MSG_NOSIGNAL) != size) fail("send");
}

static void receive(struct pair *pair) {
  ssize_t n = recv(pair->exchange, buffer, sizeof buffer - 1, MSG_DONTWAIT);
  if (n <= 0) return;
  if (!pair->owed) {
    buffer[n] = 0;
    char *length = strcasestr(buffer, "content-length: "), *end = strstr(buffer, "\r\n\r\n");
    if (!length || !end) fail("answer");
    pair->owed = end + 4 - buffer + strtoul(length + 16, 0, 10);
  }
  pair->owed -= n;
  if (pair->owed) return;
  pair->unsent = answer_size;
  answer_some(pair);
}

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  size_t body = strtoul(argv[3], 0, 10);
  answer = malloc(HEAD_ROOM + body);
  int head = snprintf(answer, HEAD_ROOM, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n", body);
  memset(answer + head, '7', body);
  answer_size = head + body;
  struct sockaddr_in a = local(atoi(argv[2]));
  int listener = socket(AF_INET, SOCK_STREAM, 0), one = 1, poller = epoll_create1(0);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (bind(listener, (void *)&a, sizeof a) || listen(listener, MOST_EVENTS)) fail("listen");
  struct epoll_event e = {.events = EPOLLIN, .data.u64 = 0};
  epoll_ctl(poller, EPOLL_CTL_ADD, listener, &e);
  for (;;) {
    struct epoll_event events[MOST_EVENTS];
    int n = epoll_wait(poller, events, MOST_EVENTS, -1);
    for (int i = 0; i < n; i++) {
      struct pair *pair = (void *)(uintptr_t)(events[i].data.u64 & ~(uint64_t)EXCHANGE);
      if (!pair) welcome(poller, listener, atoi(argv[1]));
      else if (events[i].data.u64 & EXCHANGE) receive(pair);
      else if (pair->unsent) answer_some(pair);
      else if (events[i].events & EPOLLIN) ask(pair);
    }
  }
}
