// A switch dense enough for a jump table where the instruction set has one.

#include "bpf.h"

int seen;
SEC("tc") int prog(__u32 *ctx) {
	switch (ctx[0]) {
	case 0: seen += 3; break;
	case 1: seen ^= ctx[1]; break;
	case 2: ctx[2] = seen; break;
	case 3: seen = ktime(); break;
	case 4: return 9; break;
	case 5: seen *= 5; break;
	case 6: seen += 3; break;
	case 7: seen ^= ctx[1]; break;
	case 8: ctx[2] = seen; break;
	case 9: seen = ktime(); break;
	case 10: return 9; break;
	case 11: seen *= 5; break;
	case 12: seen += 3; break;
	case 13: seen ^= ctx[1]; break;
	case 14: ctx[2] = seen; break;
	case 15: seen = ktime(); break;
	case 16: return 9; break;
	case 17: seen *= 5; break;
	case 18: seen += 3; break;
	case 19: seen ^= ctx[1]; break;
	case 20: ctx[2] = seen; break;
	case 21: seen = ktime(); break;
	case 22: return 9; break;
	case 23: seen *= 5; break;
	}
	return seen;
}
__noinline static int second(__u32 x) {
	switch (x) {
	case 0: seen += 1; break;
	case 1: seen ^= 2; break;
	case 2: seen -= 5; break;
	case 3: seen += 10; break;
	case 4: seen ^= 17; break;
	case 5: seen -= 26; break;
	case 6: seen += 37; break;
	case 7: seen ^= 50; break;
	case 8: seen -= 65; break;
	case 9: seen += 82; break;
	case 10: seen ^= 101; break;
	case 11: seen -= 122; break;
	case 12: seen += 145; break;
	case 13: seen ^= 170; break;
	case 14: seen -= 197; break;
	case 15: seen += 226; break;
	case 16: seen ^= 257; break;
	case 17: seen -= 290; break;
	case 18: seen += 325; break;
	case 19: seen ^= 362; break;
	}
	return seen;
}
SEC("xdp") int more(__u32 *ctx) { return second(ctx[3]); }

char LICENSE[] SEC("license") = "GPL";
