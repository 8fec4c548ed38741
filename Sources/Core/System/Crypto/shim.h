#pragma once
// The digest and random half of OpenSSL, apart from its sockets: what Wire may name.
#include <openssl/evp.h>
#include <openssl/rand.h>
