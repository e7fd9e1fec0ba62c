// Constants that may be merged, of 4, 8, 16 and 32 bytes, beside those of other sizes; copies of initialisers; vectors of
// bytes and structs; constants of two functions that are equal.
#define SEC(name) __attribute__((section(name), used))
#define __noinline __attribute__((noinline))

typedef unsigned char __u8;
typedef unsigned short __u16;
typedef unsigned int __u32;
typedef unsigned long long __u64;

static long (*const bpf_perf_event_output)(void *ctx, const void *data) = (void *)25;

struct four { __u8 a, b; __u16 c; };
struct eight { __u32 a; __u16 b[2]; };
struct sixteen { __u64 a; char b[8]; };
struct thirty_two { __u64 rows[4]; };
struct other { __u64 rows[3]; };

static const struct four fours = { 1, 2, 3 };
static const struct eight eights = { 4, { 5, 6 } };
static const struct sixteen sixteens = { 7, "eight" };
static const struct thirty_two thirty_twos = { { 9, 10, 11, 12 } };
static const struct other others = { { 13, 14, 15 } };
static const __u8 steps[16] = { 0, 1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89 };
static const double ratio[4] = { 0.5, 1.5, -2.25, 1e100 };
static const __u32 zeroes[8];
const __u64 shared[2] = { 1, 2 };

static __noinline int use(const void *p, void *ctx)
{
	return bpf_perf_event_output(ctx, p);
}

SEC("tc") int prog(__u32 *ctx)
{
	struct sixteen local = { 100, "local" };
	struct thirty_two large = { { 1, 0, 2, 0 } };
	struct other odd = { { 5, 6, 7 } };
	__u32 i = ctx[0] & 7;

	use(&fours, ctx);
	use(&eights, ctx);
	use(&sixteens, ctx);
	use(&thirty_twos, ctx);
	use(&others, ctx);
	use(&local, ctx);
	use(&large, ctx);
	use(&odd, ctx);
	return steps[i] + (long)ratio + zeroes[i] + shared[i & 1];
}

SEC("tc") int again(__u32 *ctx)
{
	struct sixteen local = { 100, "local" };

	use((struct thirty_two *)&(const struct thirty_two){ { 9, 10, 11, 12 } }, ctx);
	return use(&local, ctx) + steps[ctx[0] & 15];
}

char _license[] SEC("license") = "GPL";
