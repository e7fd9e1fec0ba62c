// Line directives, macros and long lines.

#include "bpf.h"

#define TWICE(x) ({ int t_ = (x); t_ + t_; })
SEC("tc") int prog(int *ctx)
{
	int x = TWICE(ctx[0]) + TWICE(ctx[1]);
#line 5000 "generated.y"
	x += ctx[2] / 3;
#line 70000
	x *= ctx[3];
	                                                                                                    if (x > 3) x -= ctx[4]; else x += ctx[5];
	return x;
}

char LICENSE[] SEC("license") = "GPL";
