#pragma once
#include <openssl/ssl.h>
#include <openssl/err.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
// Function-like macros are not imported by Swift.
static inline long mg_SSL_set_sni(SSL *s, const char *name) { return SSL_set_tlsext_host_name(s, name); }
static inline long mg_SSL_set_mode(SSL *s, long mode) { return SSL_set_mode(s, mode); }
static inline long mg_SSL_CTX_set_min_tls12(SSL_CTX *c) { return SSL_CTX_set_min_proto_version(c, TLS1_2_VERSION); }
static inline long mg_SSL_CTX_set_mode(SSL_CTX *c, long mode) { return SSL_CTX_set_mode(c, mode); }
static inline long mg_SSL_CTX_disable_session_cache(SSL_CTX *c) {
  return SSL_CTX_set_session_cache_mode(c, SSL_SESS_CACHE_OFF);
}
static const uint64_t mg_SSL_OP_NO_RENEGOTIATION = SSL_OP_NO_RENEGOTIATION;
