// What the peers that dial and listen on the loopback share.
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static struct sockaddr_in local(int port) {
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port)};
  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return a;
}
