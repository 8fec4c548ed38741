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
static inline void mg_SSL_CTX_hand_out_sessions(SSL_CTX *c) {
  SSL_CTX_set_session_cache_mode(c, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
}
static const uint64_t mg_SSL_OP_NO_RENEGOTIATION = SSL_OP_NO_RENEGOTIATION;
// Of each read of a source: whether it gave less than there was room for (BIO_set_callback_ex(3)).
static inline long mg_BIO_note(
    BIO *source, int operation, const char *bytes, size_t room, int argi, long argl, int result, size_t *count) {
  (void)bytes, (void)argi, (void)argl;
  if (operation == (BIO_CB_READ | BIO_CB_RETURN))
    *(int *)BIO_get_callback_arg(source) = result <= 0 || *count < room;
  return result;
}
static inline void mg_BIO_note_reads(BIO *source, int *wasShort) {
  BIO_set_callback_arg(source, (char *)wasShort);
  BIO_set_callback_ex(source, mg_BIO_note);
}
