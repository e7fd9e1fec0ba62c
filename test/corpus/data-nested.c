// Structs in structs, bit-fields, unions and arrays of arrays.

#include "bpf.h"

enum mode { OFF, ON = 7, BROKEN = -1 };
struct bits { __u32 a : 3; __u32 b : 7; __s32 c : 22; enum mode m : 8; };
struct outer { struct { int x, y; }; union { __u64 whole; struct { __u32 low, high; }; } u; struct bits bits[2]; int grid[2][3][4]; enum mode mode; bool on; };
struct outer thing = { .x = 1, .u.low = 2, .bits[1].c = -4, .grid[1][2][3] = 9, .mode = BROKEN, .on = 1 };
int flat[2][3];
SEC("tc") int prog(int *ctx) { struct outer *p = &thing; return p->y + p->u.high + p->bits[*ctx & 1].c + p->grid[1][2][*ctx & 3] + flat[1][*ctx & 1] + p->on; }

char LICENSE[] SEC("license") = "GPL";
