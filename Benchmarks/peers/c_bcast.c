// c_bcast: the physical limit of fan-out on sockets: epoll, one shared frame, one send/writev per client per tick.
// build: cc -O3 -march=native c_bcast.c -o c_bcast -lcrypto
// usage: c_bcast PORT [coalesce=1]    coalesce 0: one send() per message per client; 1: all messages read in one tick
// leave as one writev per client
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

typedef struct {
  int fd, state, is_pub;
  char *out;
  size_t outn, outc;
} Conn; // out: bytes the kernel would not take

static Conn *conns[65536];
static int clients[65536], nc;
static int coalesce = 1, ep;
static uint8_t inb[1 << 20];
static size_t inn;
static char outb[1 << 20];
static size_t outn;

static void drop(Conn *c) {
  for (int i = 0; i < nc; i++)
    if (clients[i] == c->fd) {
      clients[i] = clients[--nc];
      break;
    }
  close(c->fd);
  conns[c->fd] = 0;
  free(c->out);
  free(c);
}

static void push(Conn *c, const char *p, size_t n) {
  if (!c->outn) {
    ssize_t w = send(c->fd, p, n, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (w == (ssize_t)n) return;
    if (w < 0) {
      if (errno != EAGAIN) return;
      w = 0;
    }
    p += w;
    n -= w;
    struct epoll_event e = {.events = EPOLLIN | EPOLLOUT, .data.ptr = c};
    epoll_ctl(ep, EPOLL_CTL_MOD, c->fd, &e);
  }
  if (c->outn + n > c->outc) c->out = realloc(c->out, c->outc = (c->outn + n) * 2);
  memcpy(c->out + c->outn, p, n);
  c->outn += n;
}

static void flushc(Conn *c) {
  ssize_t w = send(c->fd, c->out, c->outn, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (w <= 0) return;
  memmove(c->out, c->out + w, c->outn - w);
  c->outn -= w;
  if (!c->outn) {
    free(c->out);
    c->out = 0;
    c->outc = 0;
    struct epoll_event e = {.events = EPOLLIN, .data.ptr = c};
    epoll_ctl(ep, EPOLL_CTL_MOD, c->fd, &e);
  }
}

static void bcast(void) {
  if (!outn) return;
  for (int i = 0; i < nc; i++)
    push(conns[clients[i]], outb, outn);
  outn = 0;
}

static void handshake(Conn *c, char *b, int n) {
  b[n] = 0;
  char *k = strcasestr(b, "sec-websocket-key: ");
  if (!k) {
    drop(c);
    return;
  }
  k += 19;
  char *e = strstr(k, "\r\n");
  char s[128];
  int l = e - k;
  memcpy(s, k, l);
  memcpy(s + l, "258EAFA5-E914-47DA-95CA-C5AB0DC85B11", 36);
  uint8_t h[20];
  SHA1((uint8_t *)s, l + 36, h);
  char a[64];
  EVP_EncodeBlock((uint8_t *)a, h, 20);
  char r[256];
  int m = sprintf(r,
                  "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: "
                  "Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n",
                  a);
  c->is_pub = !strncmp(b, "GET /pub", 8);
  if (write(c->fd, r, m) != m) {
    drop(c);
    return;
  }
  c->state = 1;
  if (!c->is_pub) clients[nc++] = c->fd;
}

static void pubread(Conn *c) {
  ssize_t n = read(c->fd, inb + inn, sizeof inb - inn);
  if (n <= 0) {
    if (n == 0 || errno != EAGAIN) drop(c);
    return;
  }
  inn += n;
  size_t i = 0;
  while (inn - i >= 6) {
    uint8_t *p = inb + i;
    size_t l = p[1] & 127, h = 2;
    if (l == 126) {
      l = p[2] << 8 | p[3];
      h = 4;
    }
    h += 4;
    if (inn - i < h + l) break;
    char *o = outb + outn;
    size_t oh = 2;
    o[0] = (char)0x81;
    if (l < 126)
      o[1] = l;
    else {
      o[1] = 126;
      o[2] = l >> 8;
      o[3] = l;
      oh = 4;
    }
    uint32_t mk;
    memcpy(&mk, p + h - 4, 4);
    uint64_t m8 = mk | (uint64_t)mk << 32;
    size_t j = 0;
    for (; j + 8 <= l; j += 8) {
      uint64_t w;
      memcpy(&w, p + h + j, 8);
      w ^= m8;
      memcpy(o + oh + j, &w, 8);
    }
    for (; j < l; j++)
      o[oh + j] = p[h + j] ^ ((uint8_t *)&mk)[j & 3];
    outn += oh + l;
    i += h + l;
    if (!coalesce || outn > sizeof outb - 70000) bcast();
  }
  memmove(inb, inb + i, inn - i);
  inn -= i;
  bcast();
}

int main(int argc, char **argv) {
  int port = atoi(argv[1]);
  if (argc > 2) coalesce = atoi(argv[2]);
  struct rlimit rl;
  getrlimit(RLIMIT_NOFILE, &rl);
  rl.rlim_cur = rl.rlim_max;
  setrlimit(RLIMIT_NOFILE, &rl);
  int l = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1;
  setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port)};
  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(l, (void *)&a, sizeof a) || listen(l, 4096)) {
    perror("bind");
    return 1;
  }
  ep = epoll_create1(0);
  struct epoll_event e = {.events = EPOLLIN, .data.ptr = 0};
  epoll_ctl(ep, EPOLL_CTL_ADD, l, &e);
  static struct epoll_event ev[1024];
  for (;;) {
    int n = epoll_wait(ep, ev, 1024, -1);
    for (int i = 0; i < n; i++) {
      Conn *c = ev[i].data.ptr;
      if (!c) {
        int fd;
        while ((fd = accept4(l, 0, 0, SOCK_NONBLOCK)) >= 0) {
          setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
          Conn *k = calloc(1, sizeof *k);
          k->fd = fd;
          conns[fd] = k;
          struct epoll_event q = {.events = EPOLLIN, .data.ptr = k};
          epoll_ctl(ep, EPOLL_CTL_ADD, fd, &q);
        }
        continue;
      }
      if (ev[i].events & EPOLLOUT) flushc(c);
      if (ev[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) {
        if (c->state == 0) {
          char b[4096];
          int k = read(c->fd, b, 4095);
          if (k <= 0)
            drop(c);
          else
            handshake(c, b, k);
        } else if (c->is_pub)
          pubread(c);
        else {
          char b[4096];
          ssize_t k = read(c->fd, b, sizeof b);
          if (k == 0 || (k < 0 && errno != EAGAIN)) drop(c);
        }
      }
    }
  }
}
