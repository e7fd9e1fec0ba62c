// An arena: wide map members, variables of another address space, and address space casts.
#define SEC(name) __attribute__((section(name), used))
#define __uint(name, val) int (*name)[val]
#define CONCAT_(a, b) a##b
#define CONCAT(a, b) CONCAT_(a, b)
#define __ulong(name, val) enum { CONCAT(__unique_value, __COUNTER__) = val } name
#define __arena __attribute__((address_space(1)))

struct {
	__uint(type, 33); /* BPF_MAP_TYPE_ARENA */
	__uint(map_flags, 1024); /* BPF_F_MMAPABLE */
	__uint(max_entries, 100);
	__ulong(map_extra, 0x1ull << 44);
} arena SEC(".maps");

struct {
	__uint(type, 30); /* BPF_MAP_TYPE_BLOOM_FILTER */
	__uint(value_size, 8);
	__uint(max_entries, 10);
	__ulong(map_extra, 0x1ull << 33);
} wide_bloom SEC(".maps");

struct node {
	struct node __arena *next;
	long value;
};

struct node __arena *head;
int __arena counter = 3;
long __arena zeroes[2];

SEC("syscall") int prog(void *ctx)
{
	long sum = 0;

	for (struct node __arena *n = head; n; n = n->next)
		sum += n->value;
	counter++;
	zeroes[1] = sum;
	return sum;
}

char _license[] SEC("license") = "GPL";
