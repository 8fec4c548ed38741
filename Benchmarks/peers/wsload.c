// wsload: WebSocket fan-out load client (single thread, epoll, ws://127.0.0.1 only).
// build: cc -O3 -march=native wsload.c -o wsload -lm
// usage: wsload -p PORT -n CLIENTS [-P pid[,pid..]] [-t secs] [-w window | -r upstream msgs/s] [-c clientpath] [-u
// pubpath] [-m plain|nats] [-s size] One publisher connection sends text messages of SIZE bytes carrying a sequence
// number; the server forwards each to every client.
//  -w W : closed loop, at most W messages not yet delivered to everyone  -> sustained deliveries/s and server CPU per
//  delivery -r R : open loop, R upstream messages/s                                -> latency p50/p99/max of every
//  delivery
// Prints one JSON line. Server CPU and RSS are read from /proc for the pids given (children included if listed).
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

typedef struct {
  int fd;
  int state;
  uint64_t need;
  uint32_t pos;
  uint32_t seq;
  uint64_t got;
  uint8_t hb[16];
  int hn;
  uint32_t skipfirst;
  char hs[4];
} Conn;

static uint64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000ull + t.tv_nsec;
}

static int port = 9001, N = 100, window = 0, size = 200, nats = 0, npid = 0, pids[64];
static double secs = 5, rate = 0;
static const char *cpath = "/client", *upath = "/pub";
static Conn *C;
static uint32_t msz, soff;
static uint64_t delivered, frames, reads;
static uint64_t *sent_at;
static const uint32_t SMASK = (1 << 20) - 1;
static uint32_t hist[4096];
static int recording;
static uint64_t lmax;

static inline void lat(uint64_t ns) {
  if (!recording) return;
  if (ns > lmax) lmax = ns;
  double l = ns < 1000 ? 0 : log2(ns / 1000.0) * 64;
  int b = (int)l;
  if (b > 4095) b = 4095;
  hist[b]++;
}

static double pct(double p) {
  uint64_t n = 0, c = 0;
  for (int i = 0; i < 4096; i++)
    n += hist[i];
  for (int i = 0; i < 4096; i++) {
    c += hist[i];
    if (c >= p * n) return exp2((i + 0.5) / 64.0);
  }
  return 0;
}

static double cpu_of(void) {
  double s = 0;
  for (int i = 0; i < npid; i++) {
    char b[64], l[1024];
    sprintf(b, "/proc/%d/stat", pids[i]);
    FILE *f = fopen(b, "r");
    if (!f) continue;
    if (fgets(l, sizeof l, f)) {
      char *p = strrchr(l, ')') + 2;
      unsigned long ut, st;
      sscanf(p, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &ut, &st);
      s += (ut + st) / (double)sysconf(_SC_CLK_TCK);
    }
    fclose(f);
  }
  return s;
}

static double cpu_ns(void) {
  double s = 0;
  int any = 0;
  for (int i = 0; i < npid; i++) {
    char b[64];
    sprintf(b, "/proc/%d/schedstat", pids[i]); /* main thread only */
    FILE *f = fopen(b, "r");
    if (!f) continue;
    unsigned long long r;
    if (fscanf(f, "%llu", &r) == 1) {
      s += r * 1e-9;
      any = 1;
    }
    fclose(f);
  }
  return any ? s : -1;
}

static long rss_of(void) {
  long s = 0;
  for (int i = 0; i < npid; i++) {
    char b[64], l[256];
    sprintf(b, "/proc/%d/status", pids[i]);
    FILE *f = fopen(b, "r");
    if (!f) continue;
    while (fgets(l, sizeof l, f)) {
      long v;
      if (sscanf(l, "VmRSS: %ld", &v) == 1) s += v;
    }
    fclose(f);
  }
  return s;
}

static int dial(const char *path) {
  int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port)};
  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  for (int t = 0; connect(fd, (void *)&a, sizeof a); t++) {
    if (t > 50) {
      perror("connect");
      exit(1);
    }
    usleep(20000);
  }
  char b[512];
  int n = sprintf(b,
                  "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\nConnection: "
                  "Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
                  path, port);
  if (write(fd, b, n) != n) exit(1);
  return fd;
}

static void handshake(Conn *c) { // blocking read up to the end of the response headers, byte-exact by peeking
  char b[4096];
  for (;;) {
    ssize_t n = recv(c->fd, b, sizeof b - 1, MSG_PEEK);
    if (n <= 0) {
      fprintf(stderr, "handshake closed\n");
      exit(1);
    }
    b[n] = 0;
    char *e = strstr(b, "\r\n\r\n");
    if (e) {
      if (!strstr(b, " 101")) {
        fprintf(stderr, "no 101: %.200s\n", b);
        exit(1);
      }
      if (recv(c->fd, b, e + 4 - b, 0) < 0) exit(1);
      return;
    }
    usleep(500);
  }
}

static void wsend(int fd, const char *p, int n, int op) {
  uint8_t b[8192];
  int h;
  b[0] = 0x80 | op;
  if (n < 126) {
    b[1] = 0x80 | n;
    h = 2;
  } else {
    b[1] = 0x80 | 126;
    b[2] = n >> 8;
    b[3] = n;
    h = 4;
  }
  uint8_t m[4] = {0x12, 0x34, 0x56, 0x78};
  memcpy(b + h, m, 4);
  h += 4;
  for (int i = 0; i < n; i++)
    b[h + i] = p[i] ^ m[i & 3];
  int off = 0;
  while (off < h + n) {
    ssize_t w = write(fd, b + off, h + n - off);
    if (w < 0) {
      if (errno == EAGAIN) {
        usleep(50);
        continue;
      }
      perror("pub write");
      exit(1);
    }
    off += w;
  }
}

static inline int hexv(int c) {
  return c <= '9' ? c - '0' : (c | 32) - 'a' + 10;
}

static uint64_t tnow;

static inline void payload(Conn *c, const uint8_t *p,
                           uint64_t n) { // n payload bytes of the stream of fixed-size messages
  while (n) {
    if (nats && c->pos == 0 && *p != 'M') {
      while (n && *p != '\n')
        p++, n--;
      if (n) p++, n--;
      continue;
    } // PING, INFO, +OK lines between messages
    if (c->pos == 0 && n >= msz) {
      if (sent_at && recording) {
        uint32_t s = 0;
        for (int i = 0; i < 8; i++)
          s = s << 4 | hexv(p[soff + i]);
        lat(tnow - sent_at[s & SMASK]);
      }
      delivered++;
      c->got++;
      p += msz;
      n -= msz;
      continue;
    }
    uint32_t k = msz - c->pos;
    if (k > n) k = n;
    for (uint32_t i = 0; i < k; i++) {
      uint32_t q = c->pos + i;
      if (q >= soff && q < soff + 8) c->seq = c->seq << 4 | hexv(p[i]);
    }
    c->pos += k;
    p += k;
    n -= k;
    if (c->pos == msz) {
      lat(tnow - sent_at[c->seq & SMASK]);
      c->pos = 0;
      c->seq = 0;
      delivered++;
      c->got++;
    }
  }
}

static void feed(Conn *c, const uint8_t *p, size_t n) {
  while (n) {
    if (c->need) {
      uint64_t k = c->need < n ? c->need : n;
      if (!c->skipfirst) payload(c, p, k);
      c->need -= k;
      p += k;
      n -= k;
      if (!c->need) c->skipfirst = 0;
      continue;
    }
    c->hb[c->hn++] = *p++;
    n--;
    if (c->hn < 2) continue;
    int l = c->hb[1] & 127;
    int want = l == 126 ? 4 : l == 127 ? 10 : 2;
    if (c->hn < want) continue;
    uint64_t L = l;
    if (l == 126)
      L = c->hb[2] << 8 | c->hb[3];
    else if (l == 127) {
      L = 0;
      for (int i = 0; i < 8; i++)
        L = L << 8 | c->hb[2 + i];
    }
    int op = c->hb[0] & 15;
    c->hn = 0;
    c->need = L;
    frames++;
    if (op > 2)
      c->skipfirst = 1;
    else if (nats && c->state == 0 && L) {
      c->state = 1;
      c->skipfirst = 1;
    }
  }
}

int main(int argc, char **argv) {
  int o;
  while ((o = getopt(argc, argv, "p:n:P:t:w:r:c:u:m:s:")) > 0)
    switch (o) {
    case 'p':
      port = atoi(optarg);
      break;
    case 'n':
      N = atoi(optarg);
      break;
    case 't':
      secs = atof(optarg);
      break;
    case 'w':
      window = atoi(optarg);
      break;
    case 'r':
      rate = atof(optarg);
      break;
    case 'c':
      cpath = optarg;
      break;
    case 'u':
      upath = optarg;
      break;
    case 's':
      size = atoi(optarg);
      break;
    case 'm':
      nats = !strcmp(optarg, "nats");
      break;
    case 'P':
      for (char *t = strtok(optarg, ","); t && npid < 64; t = strtok(0, ","))
        pids[npid++] = atoi(t);
      break;
    }
  struct rlimit rl;
  getrlimit(RLIMIT_NOFILE, &rl);
  rl.rlim_cur = rl.rlim_max;
  setrlimit(RLIMIT_NOFILE, &rl);
  C = calloc(N, sizeof(Conn));
  sent_at = calloc(SMASK + 1, 8);
  int ep = epoll_create1(0);
  const char *npre = "MSG b 1 200\r\n";
  char pre[32];
  sprintf(pre, "MSG b 1 %d\r\n", size);
  (void)npre;
  msz = nats ? size + strlen(pre) + 2 : size;
  soff = (nats ? strlen(pre) : 0) + 8;
  long r0 = rss_of();
  for (int i = 0; i < N; i++) {
    C[i].fd = dial(cpath);
    if ((i & 63) == 63 || i == N - 1)
      for (int j = i & ~63; j <= i; j++)
        handshake(&C[j]);
  }
  if (nats)
    for (int i = 0; i < N; i++) {
      const char *s = "CONNECT {\"verbose\":false,\"pedantic\":false}\r\nSUB b 1\r\n";
      wsend(C[i].fd, s, strlen(s), 2);
    }
  for (int i = 0; i < N; i++) {
    fcntl(C[i].fd, F_SETFL, O_NONBLOCK);
    struct epoll_event e = {.events = EPOLLIN | EPOLLET, .data.u32 = i};
    epoll_ctl(ep, EPOLL_CTL_ADD, C[i].fd, &e);
  }
  Conn pub = {0};
  pub.fd = dial(upath);
  handshake(&pub);
  fcntl(pub.fd, F_SETFL, O_NONBLOCK);
  if (nats) {
    const char *s = "CONNECT {\"verbose\":false,\"pedantic\":false}\r\n";
    wsend(pub.fd, s, strlen(s), 2);
  }
  struct epoll_event pe = {.events = EPOLLIN, .data.u32 = 0xffffffff};
  epoll_ctl(ep, EPOLL_CTL_ADD, pub.fd, &pe);
  usleep(700000);
  long r1 = rss_of();
  static char msg[8192];
  static uint8_t buf[1 << 18];
  uint64_t seq = 0, base = 0, d0 = 0, f0 = 0, t0 = now(), tstart = 0, warm = t0 + 700000000ull, tend = 0;
  double c0 = 0, s0 = 0;
  uint64_t seq0 = 0, next = t0;
  double usr0 = 0;
  struct rusage ru;
  struct epoll_event ev[512];
  (void)base;
  for (;;) {
    uint64_t t = now();
    if (!recording && t >= warm) {
      recording = 1;
      tstart = t;
      d0 = delivered;
      f0 = frames;
      c0 = cpu_of();
      s0 = cpu_ns();
      seq0 = seq;
      getrusage(RUSAGE_SELF, &ru);
      usr0 = ru.ru_utime.tv_sec + ru.ru_stime.tv_sec + (ru.ru_utime.tv_usec + ru.ru_stime.tv_usec) * 1e-6;
      tend = t + (uint64_t)(secs * 1e9);
    }
    if (recording && t >= tend) break;
    int burst = 0;
    while (burst < 64 &&
           (window ? (seq * (uint64_t)N < delivered + (uint64_t)window * N) : (rate > 0 && now() >= next))) {
      int n = 0;
      if (nats) n = sprintf(msg, "PUB b %d\r\n", size);
      int b = n;
      n += sprintf(msg + n,
                   "{\"seq\":\"%08x\",\"exchange\":\"binance\",\"type\":\"kline\",\"symbol\":\"BTCUSDT\",\"interval\":"
                   "\"1m\",\"open\":\"43210.10\",\"high\":\"43215.00\",\"low\":\"43200.00\",\"close\":\"43211.50\","
                   "\"volume\":\"12.345\",\"pad\":\"",
                   (uint32_t)seq);
      while (n < b + size - 2)
        msg[n++] = 'x';
      msg[n++] = '"';
      msg[n++] = '}';
      if (nats) {
        msg[n++] = '\r';
        msg[n++] = '\n';
      }
      sent_at[seq & SMASK] = window ? now() : (next < now() ? next : now());
      if (!window) {
        next += (uint64_t)(1e9 / rate);
      }
      wsend(pub.fd, msg, n, nats ? 2 : 1);
      seq++;
      burst++;
    }
    int to = 1;
    if (window)
      to = 20;
    else if (rate > 0) {
      uint64_t q = now();
      int64_t d = (int64_t)next - (int64_t)q;
      struct timespec ts = {0, d < 0 ? 0 : d > 5000000 ? 5000000 : d};
      int n2 = epoll_pwait2(ep, ev, 512, &ts, 0);
      if (n2 >= 0) {
        to = -2;
        burst = n2;
      }
    }
    int n = to == -2 ? burst : epoll_wait(ep, ev, 512, to);
    for (int i = 0; i < n; i++) {
      if (ev[i].data.u32 == 0xffffffff) {
        while (read(pub.fd, buf, sizeof buf) > 0)
          ;
        continue;
      }
      Conn *c = &C[ev[i].data.u32];
      for (;;) {
        ssize_t k = recv(c->fd, buf, sizeof buf, 0);
        if (k <= 0) {
          if (k == 0 || errno != EAGAIN) {
            fprintf(stderr, "client %d closed\n", (int)(c - C));
            exit(2);
          }
          break;
        }
        reads++;
        tnow = now();
        feed(c, buf, k);
        if (k < (ssize_t)sizeof buf) break;
      }
    }
  }
  double el = (now() - tstart) * 1e-9, cs = cpu_of() - c0, ss = cpu_ns() - s0;
  uint64_t d = delivered - d0;
  getrusage(RUSAGE_SELF, &ru);
  double mine = ru.ru_utime.tv_sec + ru.ru_stime.tv_sec + (ru.ru_utime.tv_usec + ru.ru_stime.tv_usec) * 1e-6 - usr0;
  printf("{\"n\":%d,\"mode\":\"%s\",\"up_s\":%.0f,\"deliv_s\":%.0f,\"us_cpu_per_deliv\":%.3f,\"us_cpu_main_thread\":%."
         "3f,\"server_cpu\":%.2f,\"client_cpu\":%.2f,\"p50_us\":%.0f,\"p99_us\":%.0f,\"max_us\":%.0f,\"frames\":%llu,"
         "\"lost\":%lld,\"rss0_kb\":%ld,\"rss1_kb\":%ld,\"kb_per_conn\":%.2f}\n",
         N, window ? "closed" : "open", (seq - seq0) / el, d / el, cs / d * 1e6, ss / d * 1e6, cs / el, mine / el,
         pct(.5), pct(.99), lmax / 1000.0, (unsigned long long)(frames - f0),
         (long long)(window ? 0 : (int64_t)(seq * (uint64_t)N) - (int64_t)delivered), r0, r1, (r1 - r0) / (double)N);
  return 0;
}
