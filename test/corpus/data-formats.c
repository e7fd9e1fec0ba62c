// A static format in a function, as bpf_printk makes it.

#include "bpf.h"

#define say(text, ...) ({ static const char fmt[] = text; trace(fmt, sizeof(fmt), ##__VA_ARGS__); })
SEC("tc") int prog(void *ctx) { say("one %d", 1); say("two %d %d", 1, 2); return 0; }
SEC("xdp") int again(void *ctx) { say("one %d", 1); static int calls; calls++; return calls; }

char LICENSE[] SEC("license") = "GPL";
