#pragma once
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <arpa/inet.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
// glibc hides these behind _GNU_SOURCE; defining it here would change types that the Glibc module has already
// imported, so the prototypes are repeated.
extern int accept4(int fd, struct sockaddr *addr, socklen_t *len, int flags);
extern int pthread_setname_np(pthread_t thread, const char *name);
extern int sched_setaffinity(pid_t pid, size_t size, const void *mask);
