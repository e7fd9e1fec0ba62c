// Variables in sections of their own.

#include "bpf.h"

int a SEC(".data.one") = 1; int b SEC(".data.two") = 2; const int c SEC(".rodata.three") = 3; int d SEC(".bss.four"); static int e SEC(".data.one") = 5;
long f SEC(".data.zero");
SEC("tc") int prog(void *ctx) { return a + b + *(volatile const int *)&c + d + e++ + f; }

char LICENSE[] SEC("license") = "GPL";
