#!/usr/bin/env python3
"""Resident memory of the gateway for each idle WebSocket client, over TLS and without, the kernel's apart.

    Benchmarks/tls-footprint.py [clients]

Needs openssl (a certificate of its own) and .build/release/marketgate, which plays the bundled recording; the clients hold a
stream whose filter nothing passes. The first hundred are opened before the first look: what is allocated once is no client's.
"""
import os, resource, socket, ssl, subprocess, sys, tempfile, time, urllib.request

clients = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
target = "/ws/all/large_trades?min_value_usd=1000000000000"
request = (
    f"GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
).encode()


def resident(process):
    with open(f"/proc/{process}/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE")


def connect(port, tls):
    client = socket.create_connection(("127.0.0.1", port))
    if tls:
        client = tls.wrap_socket(client, server_hostname="localhost")
    client.sendall(request)
    head = b""
    while b"\r\n\r\n" not in head:
        part = client.recv(4096)
        if not part:
            sys.exit("a client was closed")
        head += part
    if b" 101 " not in head:
        sys.exit(head.decode())
    return client


def measure(name, folder, port, tls):
    environment = dict(os.environ, APP_PORT=str(port), WORKERS="1", LOG_LEVEL="ERROR",
                       MAX_CONNECTIONS=str(clients + 200))
    if tls:
        environment |= {"TLS_CERT_FILE": folder + "/cert.pem", "TLS_KEY_FILE": folder + "/key.pem"}
    server = subprocess.Popen(
        [root + "/.build/release/marketgate", "serve", "--demo", "--recordings", root + "/Recordings"], env=environment,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        scheme = "https" if tls else "http"
        while True:
            try:
                urllib.request.urlopen(f"{scheme}://localhost:{port}/health", context=tls).read()
                break
            except OSError:
                if server.poll() is not None:
                    sys.exit("the gateway ended")
                time.sleep(0.1)
        held = [connect(port, tls) for _ in range(100)]
        time.sleep(2)
        before = resident(server.pid)
        held += [connect(port, tls) for _ in range(clients)]
        time.sleep(2)
        print(f"{name:24}{(resident(server.pid) - before) // clients:8} bytes resident each, {clients} clients", flush=True)
    finally:
        server.terminate()
        server.wait()


limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
with tempfile.TemporaryDirectory() as folder:
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", folder + "/key.pem",
         "-out", folder + "/cert.pem"], check=True, stderr=subprocess.DEVNULL)
    for version in (ssl.TLSVersion.TLSv1_3, ssl.TLSVersion.TLSv1_2):
        tls = ssl.create_default_context(cafile=folder + "/cert.pem")
        tls.maximum_version = version
        measure(f"idle, {version.name}", folder, 18020, tls)
    measure("idle, no TLS", folder, 18020, None)
