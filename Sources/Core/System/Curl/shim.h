#pragma once
#include <curl/curl.h>
// curl_easy_setopt, curl_easy_getinfo, curl_share_setopt and curl_multi_setopt are variadic, which Swift does not import.
#define MG_SET(name, ctype) \
  static inline CURLcode name(CURL *h, CURLoption o, ctype v) { return curl_easy_setopt(h, o, v); }
MG_SET(mg_easy_set_long, long)
MG_SET(mg_easy_set_off, curl_off_t)
MG_SET(mg_easy_set_str, const char *)
MG_SET(mg_easy_set_ptr, void *)
MG_SET(mg_easy_set_slist, struct curl_slist *)
typedef size_t (*mg_data_cb)(char *p, size_t size, size_t n, void *ctx);
MG_SET(mg_easy_set_data_cb, mg_data_cb)
typedef int (*mg_xfer_cb)(void *, curl_off_t, curl_off_t, curl_off_t, curl_off_t);
MG_SET(mg_easy_set_xfer_cb, mg_xfer_cb)
#undef MG_SET
static inline CURLcode mg_easy_get_long(CURL *h, CURLINFO i, long *v) { return curl_easy_getinfo(h, i, v); }
static inline CURLcode mg_easy_get_off(CURL *h, CURLINFO i, curl_off_t *v) { return curl_easy_getinfo(h, i, v); }
static inline CURLcode mg_easy_get_ptr(CURL *h, CURLINFO i, void **v) { return curl_easy_getinfo(h, i, v); }
static inline CURLcode mg_easy_get_str(CURL *h, CURLINFO i, char **v) { return curl_easy_getinfo(h, i, v); }
static inline CURLcode mg_easy_get_socket(CURL *h, curl_socket_t *v) {
  return curl_easy_getinfo(h, CURLINFO_ACTIVESOCKET, v);
}
static inline CURLSHcode mg_share_set_long(CURLSH *s, CURLSHoption o, long v) { return curl_share_setopt(s, o, v); }
static inline CURLMcode mg_multi_set_long(CURLM *m, CURLMoption o, long v) { return curl_multi_setopt(m, o, v); }
static inline CURLMcode mg_multi_set_ptr(CURLM *m, CURLMoption o, void *v) { return curl_multi_setopt(m, o, v); }
static inline CURLMcode mg_multi_set_socket_cb(CURLM *m, curl_socket_callback cb) {
  return curl_multi_setopt(m, CURLMOPT_SOCKETFUNCTION, cb);
}
static inline CURLMcode mg_multi_set_timer_cb(CURLM *m, curl_multi_timer_callback cb) {
  return curl_multi_setopt(m, CURLMOPT_TIMERFUNCTION, cb);
}
static inline CURL *mg_msg_easy(const CURLMsg *m) { return m->easy_handle; }
static inline CURLcode mg_msg_result(const CURLMsg *m) { return m->data.result; }
