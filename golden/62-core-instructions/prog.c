// CO-RE offsets on every instruction that clang puts them on: loads of each width, zero- and sign-extending, stores of
// registers and of immediates, moves where an address or a variable index needs one.
// CFLAGS: -mcpu=v4
#define SEC(name) __attribute__((section(name), used))
#define __core __attribute__((preserve_access_index))

typedef unsigned char __u8;
typedef unsigned short __u16;
typedef unsigned int __u32;
typedef unsigned long long __u64;

struct cell {
	__u64 key;
	__u32 hits;
	__u16 kind;
	__u8 flag;
} __core;

struct table {
	__u64 wide;
	long signed_wide;
	int word;
	short half;
	signed char byte;
	_Bool ready;
	__u16 counts[6];
	struct cell cells[8];
	char name[16];
} __core;

static long (*const bpf_probe_read_kernel)(void *dst, __u32 size, const void *from) = (void *)113;
static long (*const bpf_get_current_comm)(void *buf, __u32 size) = (void *)16;

char name[16];

SEC("raw_tp/sys_enter") long loads(struct table *t)
{
	long sum = t->wide;

	sum += t->signed_wide + t->word + t->half + t->byte;
	sum += (__u32)t->word + (__u16)t->half + (__u8)t->byte;
	return t->ready ? sum : t->cells[3].kind + t->cells[3].flag;
}

SEC("raw_tp/sys_exit") int stores(struct table *t, long value)
{
	t->wide = value;
	t->word = value;
	t->half = value;
	t->byte = value;
	t->signed_wide = -1;
	t->counts[4] = 500;
	t->ready = 1;
	t->cells[7].hits = 7;
	return 0;
}

SEC("raw_tp/sched_switch") long moves(struct table *t, __u32 i)
{
	long sum = t->counts[i & 3];

	sum += t->cells[i & 7].hits;
	bpf_probe_read_kernel(name, sizeof(name), t->name);
	bpf_get_current_comm(&t->name[4], 8);
	t->cells[1].key = (long)&t->cells[2].kind;
	__sync_fetch_and_add(&t->cells[5].hits, 2);
	return sum;
}

char _license[] SEC("license") = "GPL";
