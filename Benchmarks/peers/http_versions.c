// http_versions: what libcurl spends on answers by HTTP/1.1 and by HTTP/2, over TLS, on connections that are kept.
// build: cc -O3 http_versions.c -o http_versions -lcurl
// usage: http_versions URL REQUESTS UNDER_WAY 1|2 CA_FILE    prints microseconds of CPU time a request
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

static char body[4 << 20];

// As a client would, keeps the bytes.
static size_t take(char *bytes, size_t size, size_t count, void *length) {
  size_t *used = length;
  if (*used + size * count > sizeof body) return 0;
  memcpy(body + *used, bytes, size * count);
  *used += size * count;
  return size * count;
}

static double cpu_microseconds(void) {
  struct rusage use;
  getrusage(RUSAGE_SELF, &use);
  return (use.ru_utime.tv_sec + use.ru_stime.tv_sec) * 1e6 + use.ru_utime.tv_usec + use.ru_stime.tv_usec;
}

static CURL *handle(const char *url, const char *ca_file, int is_second, size_t *length) {
  CURL *easy = curl_easy_init();
  curl_easy_setopt(easy, CURLOPT_URL, url);
  curl_easy_setopt(easy, CURLOPT_CAINFO, ca_file);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, length);
  curl_easy_setopt(easy, CURLOPT_PRIVATE, length);
  curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, 131072L);
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, is_second ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1);
  curl_easy_setopt(easy, CURLOPT_PIPEWAIT, (long)is_second);
  return easy;
}

int main(int argc, char **argv) {
  if (argc < 6) return 2;
  int requests = atoi(argv[2]), under_way = atoi(argv[3]), is_second = atoi(argv[4]) == 2;
  CURLM *multi = curl_multi_init();
  curl_multi_setopt(multi, CURLMOPT_MAX_HOST_CONNECTIONS, is_second ? 1L : (long)under_way);
  size_t *lengths = calloc(under_way, sizeof *lengths);
  for (int i = 0; i < under_way; i++) curl_multi_add_handle(multi, handle(argv[1], argv[5], is_second, &lengths[i]));
  int started = under_way, done = 0, running, left;
  double before = cpu_microseconds();
  while (done < requests) {
    curl_multi_perform(multi, &running);
    for (CURLMsg *message; (message = curl_multi_info_read(multi, &left));) {
      CURL *easy = message->easy_handle;
      long status = 0, version = 0;
      size_t *length;
      curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
      curl_easy_getinfo(easy, CURLINFO_HTTP_VERSION, &version);
      curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&length);
      if (status != 200 || version != (is_second ? CURL_HTTP_VERSION_2_0 : CURL_HTTP_VERSION_1_1)) {
        fprintf(stderr, "status %ld by version %ld: %s\n", status, version, curl_easy_strerror(message->data.result));
        return 1;
      }
      *length = 0;
      done++;
      curl_multi_remove_handle(multi, easy);
      if (started < requests) {
        started++;
        curl_multi_add_handle(multi, easy);
      }
    }
    if (done < requests) curl_multi_poll(multi, 0, 0, 100, 0);
  }
  printf("%.1f\n", (cpu_microseconds() - before) / requests);
}
