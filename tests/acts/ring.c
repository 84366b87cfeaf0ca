// SPDX-License-Identifier: Apache-2.0
//
// Does one act through io_uring: no system call of that name is made.
//   ring connect ADDRESS PORT | read FILE | write FILE | remove FILE | empty FILE | rename FROM TO
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

// Of a ring that has room for one operation.
static int submit(const struct io_uring_sqe *operation)
{
  struct io_uring_params p = {0};
  const int fd = (int)syscall(SYS_io_uring_setup, 1, &p);
  if (fd < 0) return fd;
  char *sq = mmap(0, p.sq_off.array + 64, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
                  IORING_OFF_SQ_RING);
  char *cq = mmap(0, p.cq_off.cqes + 64, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
                  IORING_OFF_CQ_RING);
  struct io_uring_sqe *entry = mmap(0, sizeof(*entry), PROT_READ | PROT_WRITE, MAP_SHARED, fd,
                                    IORING_OFF_SQES);
  *entry = *operation;
  *(unsigned *)(sq + p.sq_off.array) = 0;
  __atomic_store_n((unsigned *)(sq + p.sq_off.tail), 1, __ATOMIC_RELEASE);
  if (syscall(SYS_io_uring_enter, fd, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) != 1) return -1;
  return ((struct io_uring_cqe *)(cq + p.cq_off.cqes))->res;
}

int main(int count, char **words)
{
  if (count < 3) return 2;
  struct io_uring_sqe operation = {.fd = AT_FDCWD, .addr = (unsigned long)words[2]};
  struct sockaddr_in peer = {.sin_family = AF_INET};
  if (!strcmp(words[1], "read")) {
    operation.opcode = IORING_OP_OPENAT;
  } else if (!strcmp(words[1], "write")) {
    operation.opcode = IORING_OP_OPENAT;
    operation.open_flags = O_WRONLY | O_CREAT | O_APPEND;
    operation.len = 0644;
  } else if (!strcmp(words[1], "empty")) {
    operation.opcode = IORING_OP_OPENAT;
    operation.open_flags = O_WRONLY | O_TRUNC;
  } else if (!strcmp(words[1], "remove")) {
    operation.opcode = IORING_OP_UNLINKAT;
  } else if (!strcmp(words[1], "rename")) {
    operation.opcode = IORING_OP_RENAMEAT;
    operation.len = (unsigned)AT_FDCWD;
    operation.addr2 = (unsigned long)words[3];
  } else if (!strcmp(words[1], "connect") && count > 3) {
    inet_pton(AF_INET, words[2], &peer.sin_addr);
    peer.sin_port = htons((unsigned short)atoi(words[3]));
    operation.opcode = IORING_OP_CONNECT;
    operation.fd = socket(AF_INET, SOCK_STREAM, 0);
    operation.addr = (unsigned long)&peer;
    operation.off = sizeof(peer);
  } else {
    return 2;
  }
  const int result = submit(&operation);
  if (result < 0) fprintf(stderr, "ring: %s\n", strerror(-result));
  return result < 0;
}
