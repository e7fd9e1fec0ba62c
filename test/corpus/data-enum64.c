// Enumerations of many sizes, and floating point that is only declared.

#include "bpf.h"

enum huge { SMALL = 1, LARGE = 0x1234567890ULL }; enum negative { MINUS = -5, PLUS = 5 }; enum __attribute__((packed)) tiny { T0, T1 };
enum huge h = LARGE; enum negative n = MINUS; enum tiny t = T1; float f = 1.5; double d; long double ld; __int128 wide = 3; unsigned __int128 uwide;
SEC("tc") int prog(void *ctx) { return h + n + t; }

char LICENSE[] SEC("license") = "GPL";
