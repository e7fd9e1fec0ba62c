// CO-RE: existence, sizes, types and enumerators.

#include "bpf.h"

struct old_one { int gone; long stays; } __core; enum level { LOW = 1, HIGH = 5, DEEP = -3 }; typedef struct { int v; } anon_t; enum wide { W = 0x7777777777ULL };
SEC("tc") int prog(struct old_one *o) {
	int r = 0;
	r += __builtin_preserve_field_info(o->gone, 2);
	r += __builtin_preserve_field_info(o->stays, 1);
	r += __builtin_preserve_field_info(o->stays, 3);
	r += __builtin_preserve_type_info(*(struct old_one *)0, 0);
	r += __builtin_preserve_type_info(*(anon_t *)0, 1);
	r += __builtin_btf_type_id(*(struct old_one *)0, 0);
	r += __builtin_btf_type_id(*(struct old_one *)0, 1);
	r += __builtin_preserve_enum_value(*(typeof(enum level) *)HIGH, 0);
	r += __builtin_preserve_enum_value(*(typeof(enum level) *)DEEP, 1);
	r += __builtin_preserve_enum_value(*(typeof(enum wide) *)W, 1);
	return r;
}

char LICENSE[] SEC("license") = "GPL";
