// c_rest PORT BIG_JSON SMALL_JSON: the limit for a cached answer: epoll, find the blank line, one send() of a prebuilt
// response. Not a server to use. build: cc -O3 -march=native c_rest.c -o c_rest
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct {
  int fd;
  size_t n;
  const char *o;
  size_t on;
  char b[4096];
} C;

static char *R[2];
static size_t L[2];
static int ep;

static void load(int i, const char *p) {
  static char f[1 << 20];
  FILE *h = fopen(p, "rb");
  size_t n = fread(f, 1, sizeof f, h);
  fclose(h);
  R[i] = malloc(n + 256);
  int k = sprintf(R[i], "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n", n);
  memcpy(R[i] + k, f, n);
  L[i] = k + n;
}

static void out(C *c) {
  while (c->on) {
    ssize_t w = send(c->fd, c->o, c->on, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (w < 0) {
      struct epoll_event e = {.events = EPOLLOUT, .data.ptr = c};
      epoll_ctl(ep, EPOLL_CTL_MOD, c->fd, &e);
      return;
    }
    c->o += w;
    c->on -= w;
  }
}

int main(int a, char **v) {
  load(0, v[2]);
  load(1, v[3]);
  int l = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1;
  setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &one, 4);
  struct sockaddr_in s = {.sin_family = AF_INET, .sin_port = htons(atoi(v[1]))};
  s.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(l, (void *)&s, sizeof s) || listen(l, 1024)) return 1;
  ep = epoll_create1(0);
  struct epoll_event e = {.events = EPOLLIN};
  epoll_ctl(ep, EPOLL_CTL_ADD, l, &e);
  static struct epoll_event ev[256];
  for (;;) {
    int n = epoll_wait(ep, ev, 256, -1);
    for (int i = 0; i < n; i++) {
      C *c = ev[i].data.ptr;
      if (!c) {
        int fd;
        while ((fd = accept4(l, 0, 0, SOCK_NONBLOCK)) >= 0) {
          setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, 4);
          C *k = calloc(1, sizeof *k);
          k->fd = fd;
          struct epoll_event q = {.events = EPOLLIN, .data.ptr = k};
          epoll_ctl(ep, EPOLL_CTL_ADD, fd, &q);
        }
        continue;
      }
      if (c->on) {
        out(c);
        if (!c->on) {
          struct epoll_event q = {.events = EPOLLIN, .data.ptr = c};
          epoll_ctl(ep, EPOLL_CTL_MOD, c->fd, &q);
        }
        continue;
      }
      ssize_t k = recv(c->fd, c->b + c->n, sizeof c->b - c->n, MSG_DONTWAIT);
      if (k <= 0) {
        if (k == 0 || errno != EAGAIN) {
          close(c->fd);
          free(c);
        }
        continue;
      }
      c->n += k;
      if (c->n > 4 && !memcmp(c->b + c->n - 4, "\r\n\r\n", 4)) {
        int w = c->b[5] == 's';
        c->n = 0;
        c->o = R[w];
        c->on = L[w];
        out(c);
      }
    }
  }
}
