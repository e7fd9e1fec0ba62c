// An arena at a fixed address: variables that live in it, pointers into it and back, lists and casts by hand.
#define SEC(name) __attribute__((section(name), used))
#define __uint(name, val) int (*name)[val]
#define CONCAT_(a, b) a##b
#define CONCAT(a, b) CONCAT_(a, b)
#define __ulong(name, val) enum { CONCAT(__unique_value, __COUNTER__) = val } name
#define __arena __attribute__((address_space(1)))
#define __ksym __attribute__((section(".ksyms")))
#define __weak __attribute__((weak))
#define __noinline __attribute__((noinline))

typedef unsigned int u32;

struct {
	__uint(type, 33); /* BPF_MAP_TYPE_ARENA */
	__uint(map_flags, 1024); /* BPF_F_MMAPABLE */
	__uint(max_entries, 1000);
	__ulong(map_extra, (1ull << 44) | (~0u - 4096 * 1000 + 1));
} arena SEC(".maps");

typedef struct elem __arena elem_t;

struct elem {
	elem_t *next;
	elem_t *__arena *slot;
	char text[8];
};

extern void __arena *bpf_arena_alloc_pages(void *map, void __arena *addr, u32 pages, int node, unsigned long flags) __ksym __weak;
extern void bpf_arena_free_pages(void *map, void __arena *ptr, u32 pages) __ksym __weak;

elem_t *head;
elem_t first;
elem_t *__arena heads[4];
const int __arena limit = 20;
static volatile int __arena hidden_count = 2;
struct elem __arena named = { .text = "named" };
SEC(".addr_space.1") __attribute__((aligned(64))) char __arena buffer[64];

static __noinline void push(elem_t *e)
{
	e->next = head;
	e->slot = &heads[1];
	head = e;
}

SEC("syscall") int build(void *ctx)
{
	elem_t *e = bpf_arena_alloc_pages(&arena, 0, 1, -1, 0);

	if (!e)
		return 1;
	push(e);
	push(&first);
	heads[2] = &named;
	hidden_count += limit;
	buffer[5] = e->text[2];
	return 0;
}

SEC("syscall") int destroy(void *ctx)
{
	int n = 0;

	while (head) {
		elem_t *e = head;

		head = e->next;
		bpf_arena_free_pages(&arena, e, 1);
		n++;
	}
	return n + (int)(long)((void *)(struct elem *)heads[3]);
}

char _license[] SEC("license") = "GPL";
