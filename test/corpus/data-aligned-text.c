// Text in mergeable sections of alignments of their own: .rodata.str1.16, .rodata.str2.8.

#include "bpf.h"

static const char __attribute__((aligned(16))) wide[] = "sixteen bytes and more";
static const unsigned short __attribute__((aligned(8))) half[] = u"half";
SEC("tc") int prog(int *ctx) { return wide[*ctx & 15] + half[*ctx & 3]; }

char LICENSE[] SEC("license") = "GPL";
