// Ingest: frame bytes -> typed normalised record, C++ limits, one core, interleaved rounds.
// usage: ingest CORPUS_DIR [per_kind=20000] [rounds=9]; CORPUS_DIR is made by corpus.py
// build: g++ -std=c++20 -O3 -march=native ingest.cpp -lsimdjson -o ingest; -DWITH_YYJSON adds yyjson.
// Peers: simdjson ondemand (double / decimal mantissa+scale), yyjson, hand-written key scanner (order tolerant).
#include <simdjson.h>
#ifdef WITH_YYJSON
#include "yyjson.h"
#endif
#include <algorithm>
#include <ctime>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>
using sv = std::string_view;
namespace od = simdjson::ondemand;
struct Dec { int64_t m; int8_t s; };
static const double P10[] = {1e0,1e1,1e2,1e3,1e4,1e5,1e6,1e7,1e8,1e9,1e10,1e11,1e12,1e13,1e14,1e15,1e16,1e17,1e18,1e19,1e20,1e21,1e22};
static inline bool dec(sv t, Dec& d) {
  const char *p = t.data(), *e = p + t.size(); bool neg = false; if (p < e && *p == '-') { neg = true; p++; }
  uint64_t m = 0; int sc = 0; const char* b = p;
  while (p < e && (uint8_t)(*p - '0') < 10) m = m * 10 + (*p++ - '0');
  if (p < e && *p == '.') { const char* q = ++p; while (p < e && (uint8_t)(*p - '0') < 10) m = m * 10 + (*p++ - '0'); sc = p - q; }
  if (p != e || p == b || p - b > 19) return false;
  d.m = neg ? -(int64_t)m : (int64_t)m; d.s = sc; return true;
}
static inline double dbl(sv t) { Dec d; if (dec(t, d) && d.m < (1ll << 53) && d.m > -(1ll << 53)) return d.m / P10[(int)d.s]; return strtod(std::string(t).c_str(), nullptr); }
template <class N> struct Cv;
template <> struct Cv<double> { static double f(sv t) { return dbl(t); } static double v(double x) { return x; } };
template <> struct Cv<Dec> { static Dec f(sv t) { Dec d{0, 0}; dec(t, d); return d; } static double v(Dec d) { return d.m / P10[(int)d.s]; } };
template <class N> struct Rec { uint8_t kind, venue, side, closed, symn, idn; char ivl[4]; char sym[20]; char id[40]; int64_t t0, t1, ev; N o, h, l, c, v; };
template <class N> struct Sink { Rec<N> ring[1024]; uint32_t i = 0; uint64_t n = 0; double sum = 0; int64_t ts = 0;
  Rec<N>& next() { return ring[i++ & 1023]; }
  void done(Rec<N>& r) { n++; sum += Cv<N>::v(r.v) + Cv<N>::v(r.c); ts += r.t0; } };
static inline void cp(char* d, uint8_t& n, sv s, size_t cap) { n = (uint8_t)std::min(s.size(), cap); memcpy(d, s.data(), n); }
template <class N> static inline void sym(Rec<N>& r, sv s) { cp(r.sym, r.symn, s, 20); }
template <class N> static inline void iv(Rec<N>& r, sv s) { uint8_t n; memset(r.ivl, 0, 4); cp(r.ivl, n, s, 4); }
static inline void zero(...) {}

// ---------- simdjson on demand
template <class N> static inline N num(od::value v) { if constexpr (std::is_same_v<N, double>) return v.get_double_in_string(); else { sv s = v.get_string(); return Cv<N>::f(s); } }
template <class N> static bool simd(od::parser& P, const char* p, size_t n, size_t cap, Sink<N>& S) {
  try {
    auto doc = P.iterate(p, n, cap); od::object o = doc.get_object();
    auto it = o.begin(); auto fld = *it; sv key = fld.unescaped_key(); sv first = fld.value().get_string();
    if (key[0] == 's') {
      od::object d = o["data"]; 
      if (first.find("@agg") != sv::npos) { auto& r = S.next(); r.kind = 1; r.venue = 0; r.t1 = (int64_t)d["E"]; int64_t a = d["a"]; r.t1 = a; sym(r, d["s"]); r.idn = 0; r.c = num<N>(d["p"]); r.v = num<N>(d["q"]); r.t0 = (int64_t)d["T"]; r.side = (bool)d["m"]; S.done(r); }
      else if (first[0] == '!') { auto& r = S.next(); r.kind = 2; r.venue = 0; od::object q = d["o"]; sym(r, q["s"]); sv s = q["S"]; r.side = s[0] == 'S'; r.c = num<N>(q["ap"]); r.v = num<N>(q["z"]); r.t0 = (int64_t)q["T"]; S.done(r); }
      else { auto& r = S.next(); r.kind = 0; r.venue = 0; r.ev = (int64_t)d["E"]; od::object k = d["k"]; r.t0 = (int64_t)k["t"]; r.t1 = (int64_t)k["T"]; sym(r, k["s"]); iv(r, k["i"]); r.o = num<N>(k["o"]); r.c = num<N>(k["c"]); r.h = num<N>(k["h"]); r.l = num<N>(k["l"]); r.v = num<N>(k["v"]); r.closed = (bool)k["x"]; S.done(r); }
    } else if (key[0] == 't') {
      od::array d = o["data"];
      if (first[0] == 'p') for (od::object x : d) { auto& r = S.next(); r.kind = 1; r.venue = 1; r.t0 = (int64_t)x["T"]; sym(r, x["s"]); sv s = x["S"]; r.side = s[0] == 'S'; r.v = num<N>(x["v"]); r.c = num<N>(x["p"]); sv id = x["i"]; cp(r.id, r.idn, id, 40); S.done(r); }
      else if (first[0] == 'k') for (od::object x : d) { auto& r = S.next(); r.kind = 0; r.venue = 1; sym(r, first.substr(first.rfind('.') + 1)); r.t0 = (int64_t)x["start"]; r.t1 = (int64_t)x["end"]; iv(r, x["interval"]); r.o = num<N>(x["open"]); r.c = num<N>(x["close"]); r.h = num<N>(x["high"]); r.l = num<N>(x["low"]); r.v = num<N>(x["volume"]); r.closed = (bool)x["confirm"]; r.ev = (int64_t)x["timestamp"]; S.done(r); }
      else for (od::object x : d) { auto& r = S.next(); r.kind = 2; r.venue = 1; r.t0 = (int64_t)x["T"]; sym(r, x["s"]); sv s = x["S"]; r.side = s[0] == 'S'; r.v = num<N>(x["v"]); r.c = num<N>(x["p"]); S.done(r); }
    } else if (first[0] == 'c') { od::object d = o["data"]; auto& r = S.next(); r.kind = 0; r.venue = 2; r.t0 = (int64_t)d["t"]; r.t1 = (int64_t)d["T"]; sym(r, d["s"]); iv(r, d["i"]); r.o = num<N>(d["o"]); r.c = num<N>(d["c"]); r.h = num<N>(d["h"]); r.l = num<N>(d["l"]); r.v = num<N>(d["v"]); S.done(r); }
    else { od::array d = o["data"]; for (od::object x : d) { auto& r = S.next(); r.kind = 1; r.venue = 2; sym(r, x["coin"]); sv s = x["side"]; r.side = s[0] == 'A'; r.c = num<N>(x["px"]); r.v = num<N>(x["sz"]); r.t0 = (int64_t)x["time"]; r.t1 = (int64_t)x["tid"]; S.done(r); } }
    return true;
  } catch (simdjson::simdjson_error& e) { return false; }
}
#ifdef WITH_YYJSON
static inline sv ys(yyjson_val* v) { return sv(yyjson_get_str(v), yyjson_get_len(v)); }
#define G(o, k) yyjson_obj_getn(o, k, sizeof(k) - 1)
template <class N> static bool yyj(char* buf, size_t bl, const char* p, size_t n, Sink<N>& S) {
  yyjson_alc alc; yyjson_alc_pool_init(&alc, buf, bl);
  yyjson_doc* doc = yyjson_read_opts((char*)p, n, 0, &alc, nullptr); if (!doc) return false;
  yyjson_val *o = yyjson_doc_get_root(doc), *d = G(o, "data"), *x; size_t i, m;
#define NUM(o, k) Cv<N>::f(ys(G(o, k)))
#define INT(o, k) yyjson_get_sint(G(o, k))
  if (yyjson_val* st = G(o, "stream")) { sv first = ys(st);
    if (first.find("@agg") != sv::npos) { auto& r = S.next(); r.kind = 1; r.venue = 0; r.t1 = INT(d, "a"); sym(r, ys(G(d, "s"))); r.c = NUM(d, "p"); r.v = NUM(d, "q"); r.t0 = INT(d, "T"); r.side = yyjson_get_bool(G(d, "m")); S.done(r); }
    else if (first[0] == '!') { auto& r = S.next(); yyjson_val* q = G(d, "o"); r.kind = 2; sym(r, ys(G(q, "s"))); r.side = ys(G(q, "S"))[0] == 'S'; r.c = NUM(q, "ap"); r.v = NUM(q, "z"); r.t0 = INT(q, "T"); S.done(r); }
    else { auto& r = S.next(); yyjson_val* k = G(d, "k"); r.kind = 0; r.ev = INT(d, "E"); r.t0 = INT(k, "t"); r.t1 = INT(k, "T"); sym(r, ys(G(k, "s"))); iv(r, ys(G(k, "i"))); r.o = NUM(k, "o"); r.c = NUM(k, "c"); r.h = NUM(k, "h"); r.l = NUM(k, "l"); r.v = NUM(k, "v"); r.closed = yyjson_get_bool(G(k, "x")); S.done(r); }
  } else if (yyjson_val* tp = G(o, "topic")) { sv first = ys(tp);
    yyjson_arr_foreach(d, i, m, x) { auto& r = S.next(); r.venue = 1;
      if (first[0] == 'p') { r.kind = 1; r.t0 = INT(x, "T"); sym(r, ys(G(x, "s"))); r.side = ys(G(x, "S"))[0] == 'S'; r.v = NUM(x, "v"); r.c = NUM(x, "p"); cp(r.id, r.idn, ys(G(x, "i")), 40); }
      else if (first[0] == 'k') { r.kind = 0; sym(r, first.substr(first.rfind('.') + 1)); r.t0 = INT(x, "start"); r.t1 = INT(x, "end"); iv(r, ys(G(x, "interval"))); r.o = NUM(x, "open"); r.c = NUM(x, "close"); r.h = NUM(x, "high"); r.l = NUM(x, "low"); r.v = NUM(x, "volume"); r.closed = yyjson_get_bool(G(x, "confirm")); r.ev = INT(x, "timestamp"); }
      else { r.kind = 2; r.t0 = INT(x, "T"); sym(r, ys(G(x, "s"))); r.side = ys(G(x, "S"))[0] == 'S'; r.v = NUM(x, "v"); r.c = NUM(x, "p"); }
      S.done(r); }
  } else { sv first = ys(G(o, "channel"));
    if (first[0] == 'c') { auto& r = S.next(); r.kind = 0; r.venue = 2; r.t0 = INT(d, "t"); r.t1 = INT(d, "T"); sym(r, ys(G(d, "s"))); iv(r, ys(G(d, "i"))); r.o = NUM(d, "o"); r.c = NUM(d, "c"); r.h = NUM(d, "h"); r.l = NUM(d, "l"); r.v = NUM(d, "v"); S.done(r); }
    else yyjson_arr_foreach(d, i, m, x) { auto& r = S.next(); r.kind = 1; r.venue = 2; sym(r, ys(G(x, "coin"))); r.side = ys(G(x, "side"))[0] == 'A'; r.c = NUM(x, "px"); r.v = NUM(x, "sz"); r.t0 = INT(x, "time"); r.t1 = INT(x, "tid"); S.done(r); } }
  yyjson_doc_free(doc); return true;
}
#endif
// ---------- hand-written scanner: walks members in any order, skips what it does not want, rejects malformed structure
struct Cur { const char *p, *e; bool bad = false;
  void ws() { while (p < e && (*p == ' ' || *p == '\n' || *p == '\t' || *p == '\r')) p++; }
  bool eat(char c) { if (p < e && (unsigned char)*p <= ' ') ws(); if (p < e && *p == c) { p++; return true; } return false; }
  sv str() { if (!eat('"')) { bad = true; return {}; } const char* b = p;
    while (p + 8 <= e) { uint64_t w; memcpy(&w, p, 8); uint64_t x = w ^ 0x2222222222222222ull; uint64_t y = w ^ 0x5c5c5c5c5c5c5c5cull;
      uint64_t h = (((x - 0x0101010101010101ull) & ~x) | ((y - 0x0101010101010101ull) & ~y)) & 0x8080808080808080ull;
      if (h) { p += __builtin_ctzll(h) >> 3; goto hit; } p += 8; }
    while (p < e && *p != '"' && *p != '\\') p++;
  hit:
    while (p < e && *p == '\\') { p += 2; while (p < e && *p != '"' && *p != '\\') p++; }
    if (p >= e) { bad = true; return {}; } return sv(b, p++ - b); }
  sv tok() { const char* b = p; while (p < e && *p != ',' && *p != '}' && *p != ']' && (unsigned char)*p > ' ') p++; return sv(b, p - b); }
  void skip() { if ((unsigned char)*p <= ' ') ws(); char c = p < e ? *p : 0; if (c == '"') str(); else if (c == '{' || c == '[') { int d = 0; while (p < e) { char k = *p; if (k == '"') { str(); if (bad) return; continue; } p++; if (k == '{' || k == '[') d++; else if (k == '}' || k == ']') { if (--d == 0) return; } } bad = true; } else if (tok().empty()) bad = true; }
  int64_t i64() { if ((unsigned char)*p <= ' ') ws(); const char* b = p; int64_t v = 0; bool ng = p < e && *p == '-'; if (ng) p++; while (p < e && (uint8_t)(*p - '0') < 10) v = v * 10 + (*p++ - '0'); if (p == b) bad = true; return ng ? -v : v; }
  bool boolean() { sv t = tok(); if (t == "true") return true; if (t != "false") bad = true; return false; }
  template <class F> void obj(F f) { if (!eat('{')) { bad = true; return; } if (eat('}')) return; do { sv k = str(); if (bad || !eat(':')) { bad = true; return; } f(k); if (bad) return; } while (eat(',')); if (!eat('}')) bad = true; }
  template <class F> void arr(F f) { if (!eat('[')) { bad = true; return; } if (eat(']')) return; do { f(); if (bad) return; } while (eat(',')); if (!eat(']')) bad = true; } };
template <class N> static bool hand(const char* p, size_t n, Sink<N>& S) {
  Cur c{p, p + n}; sv first; char fk = 0;
  c.obj([&](sv k) {
    if (k != "data") { if (!fk && (k == "stream" || k == "topic" || k == "channel")) { fk = k[0]; first = c.str(); } else c.skip(); return; }
    if (fk == 's') {
      if (first[0] == '!') { auto& r = S.next(); r.kind = 2; r.venue = 0; c.obj([&](sv k) { if (k == "o") c.obj([&](sv k) { switch (k.size() == 1 ? k[0] : k == "ap" ? 1 : 0) { case 's': sym(r, c.str()); break; case 'S': r.side = c.str()[0] == 'S'; break; case 1: r.c = Cv<N>::f(c.str()); break; case 'z': r.v = Cv<N>::f(c.str()); break; case 'T': r.t0 = c.i64(); break; default: c.skip(); } }); else c.skip(); }); if (!c.bad) S.done(r); }
      else if (first.find("@agg") != sv::npos) { auto& r = S.next(); r.kind = 1; r.venue = 0; c.obj([&](sv k) { switch (k.size() == 1 ? k[0] : 0) { case 'a': r.t1 = c.i64(); break; case 's': sym(r, c.str()); break; case 'p': r.c = Cv<N>::f(c.str()); break; case 'q': r.v = Cv<N>::f(c.str()); break; case 'T': r.t0 = c.i64(); break; case 'm': r.side = c.boolean(); break; default: c.skip(); } }); if (!c.bad) S.done(r); }
      else { auto& r = S.next(); r.kind = 0; r.venue = 0; c.obj([&](sv k) { if (k == "E") r.ev = c.i64(); else if (k == "k") c.obj([&](sv k) { switch (k.size() == 1 ? k[0] : 0) { case 't': r.t0 = c.i64(); break; case 'T': r.t1 = c.i64(); break; case 's': sym(r, c.str()); break; case 'i': iv(r, c.str()); break; case 'o': r.o = Cv<N>::f(c.str()); break; case 'c': r.c = Cv<N>::f(c.str()); break; case 'h': r.h = Cv<N>::f(c.str()); break; case 'l': r.l = Cv<N>::f(c.str()); break; case 'v': r.v = Cv<N>::f(c.str()); break; case 'x': r.closed = c.boolean(); break; default: c.skip(); } }); else c.skip(); }); if (!c.bad) S.done(r); }
    } else if (fk == 't') {
      char q = first[0];
      c.arr([&] { auto& r = S.next(); r.venue = 1; 
        if (q == 'k') { r.kind = 0; sym(r, first.substr(first.rfind('.') + 1)); c.obj([&](sv k) { if (k == "start") r.t0 = c.i64(); else if (k == "end") r.t1 = c.i64(); else if (k == "interval") iv(r, c.str()); else if (k == "open") r.o = Cv<N>::f(c.str()); else if (k == "close") r.c = Cv<N>::f(c.str()); else if (k == "high") r.h = Cv<N>::f(c.str()); else if (k == "low") r.l = Cv<N>::f(c.str()); else if (k == "volume") r.v = Cv<N>::f(c.str()); else if (k == "confirm") r.closed = c.boolean(); else if (k == "timestamp") r.ev = c.i64(); else c.skip(); }); }
        else { r.kind = q == 'p' ? 1 : 2; c.obj([&](sv k) { switch (k.size() == 1 ? k[0] : 0) { case 'T': r.t0 = c.i64(); break; case 's': sym(r, c.str()); break; case 'S': r.side = c.str()[0] == 'S'; break; case 'v': r.v = Cv<N>::f(c.str()); break; case 'p': r.c = Cv<N>::f(c.str()); break; case 'i': cp(r.id, r.idn, c.str(), 40); break; default: c.skip(); } }); }
        if (!c.bad) S.done(r); });
    } else if (first[0] == 'c') { auto& r = S.next(); r.kind = 0; r.venue = 2; c.obj([&](sv k) { switch (k.size() == 1 ? k[0] : 0) { case 't': r.t0 = c.i64(); break; case 'T': r.t1 = c.i64(); break; case 's': sym(r, c.str()); break; case 'i': iv(r, c.str()); break; case 'o': r.o = Cv<N>::f(c.str()); break; case 'c': r.c = Cv<N>::f(c.str()); break; case 'h': r.h = Cv<N>::f(c.str()); break; case 'l': r.l = Cv<N>::f(c.str()); break; case 'v': r.v = Cv<N>::f(c.str()); break; default: c.skip(); } }); if (!c.bad) S.done(r); }
    else c.arr([&] { auto& r = S.next(); r.kind = 1; r.venue = 2; c.obj([&](sv k) { if (k == "coin") sym(r, c.str()); else if (k == "side") r.side = c.str()[0] == 'A'; else if (k == "px") r.c = Cv<N>::f(c.str()); else if (k == "sz") r.v = Cv<N>::f(c.str()); else if (k == "time") r.t0 = c.i64(); else if (k == "tid") r.t1 = c.i64(); else c.skip(); }); if (!c.bad) S.done(r); });
  });
  return !c.bad && c.p == c.e;
}
static double cpu() { timespec t; clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t); return t.tv_sec + t.tv_nsec * 1e-9; }  // thread CPU time: the machine is shared
int main(int argc, char** argv) {
  std::string dir = argv[1]; size_t per = argc > 2 ? atoi(argv[2]) : 20000; int rounds = argc > 3 ? atoi(argv[3]) : 9;
  std::ifstream f(dir + "/corpus.jsonl"), g(dir + "/corpus.kinds"); std::string line, kind; 
  std::map<std::string, std::vector<std::string>> by;
  while (std::getline(f, line) && std::getline(g, kind)) { if (by[kind].size() < per) by[kind].push_back(line); if (by["mixed"].size() < per * 2) by["mixed"].push_back(line); }
  struct Set { std::string buf; std::vector<std::pair<size_t, size_t>> at; };
  std::map<std::string, Set> sets;
  for (auto& [k, v] : by) { auto& s = sets[k]; for (auto& l : v) { s.at.push_back({s.buf.size(), l.size()}); s.buf += l; s.buf += '\n'; } s.buf.resize(s.buf.size() + 128); }
  static Sink<double> sd; static Sink<Dec> sx; od::parser P; static char ybuf[1 << 16];
  std::map<std::string, std::function<uint64_t(Set&)>> peers;
  peers["simdjson ondemand, double"] = [&](Set& s) { uint64_t b = 0; for (auto [o, n] : s.at) b += !simd<double>(P, s.buf.data() + o, n, s.buf.size() - o, sd); return b; };
  peers["simdjson ondemand, decimal"] = [&](Set& s) { uint64_t b = 0; for (auto [o, n] : s.at) b += !simd<Dec>(P, s.buf.data() + o, n, s.buf.size() - o, sx); return b; };
  peers["hand scanner C++, double"] = [&](Set& s) { uint64_t b = 0; for (auto [o, n] : s.at) b += !hand<double>(s.buf.data() + o, n, sd); return b; };
  peers["hand scanner C++, decimal"] = [&](Set& s) { uint64_t b = 0; for (auto [o, n] : s.at) b += !hand<Dec>(s.buf.data() + o, n, sx); return b; };
#ifdef WITH_YYJSON
  peers["yyjson, double"] = [&](Set& s) { uint64_t b = 0; for (auto [o, n] : s.at) b += !yyj<double>(ybuf, sizeof ybuf, s.buf.data() + o, n, sd); return b; };
#endif
  std::map<std::pair<std::string, std::string>, std::vector<double>> T; std::map<std::pair<std::string, std::string>, std::array<double, 3>> chk;
  for (int r = 0; r < rounds; r++) for (auto& [k, s] : sets) for (auto& [name, fn] : peers) {
    sd.n = sx.n = 0; sd.sum = sx.sum = 0; sd.ts = sx.ts = 0; double t0 = cpu(); uint64_t bad = fn(s);
    double dt = cpu() - t0; T[{name, k}].push_back(dt); chk[{name, k}] = {(double)(sd.n + sx.n), sd.sum + sx.sum, (double)bad}; }
  for (auto& [key, v] : T) { std::sort(v.begin(), v.end()); auto& s = sets[key.second]; double n = s.at.size(), m = v[v.size() / 2]; auto& c = chk[key];
    printf("{\"peer\":\"%s\",\"kind\":\"%s\",\"msgs_s\":%.0f,\"mb_s\":%.1f,\"best\":%.0f,\"worst\":%.0f,\"ns_msg\":%.1f,\"records\":%.0f,\"sum\":%.6g,\"bad\":%.0f}\n", key.first.c_str(), key.second.c_str(), n / m, (s.buf.size() - 128) / m / 1e6, n / v[0], n / v.back(), m / n * 1e9, c[0], c[1], c[2]); }
}
