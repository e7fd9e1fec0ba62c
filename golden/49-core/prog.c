// CO-RE relocations: members by path, arrays, anonymous members, bit-fields, existence, sizes, types and enumerators.
#define SEC(name) __attribute__((section(name), used))
#define __core __attribute__((preserve_access_index))

char _license[] SEC("license") = "GPL";

typedef unsigned int __u32;
typedef unsigned long long __u64;

enum kind { KIND_ONE = 1, KIND_TWO = 7 };
enum big { BIG = 0x100000000ULL };

struct pair {
	int a, b;
} __core;

struct task_struct {
	int pid;
	struct pair pairs[4];
	union {
		long key;
		struct {
			__u32 low, high;
		};
	};
	__u32 flags : 5, prio : 11;
	struct task_struct *parent;
} __core;

typedef struct {
	__u64 cookie;
} __core anon_t;

typedef __u64 stamp_t;

SEC("raw_tp/sched_process_exec") int prog(struct task_struct *t)
{
	long sum = t->pid;

	sum += t->pairs[2].b;
	sum += t[3].high;
	sum += t->parent->key;
	sum += (long)__builtin_preserve_access_index(&t->pairs[1]);
	sum += __builtin_preserve_field_info(t->prio, 0); /* byte offset */
	sum += __builtin_preserve_field_info(t->prio, 1); /* byte size */
	sum += __builtin_preserve_field_info(t->low, 2); /* exists */
	sum += __builtin_preserve_field_info(t->prio, 3); /* signed */
	sum += __builtin_preserve_field_info(t->prio, 4); /* lshift */
	sum += __builtin_preserve_field_info(t->prio, 5); /* rshift */
	sum += ((anon_t *)t)->cookie;
	sum += __builtin_btf_type_id(*(struct pair *)0, 0); /* local */
	sum += __builtin_btf_type_id(*(struct pair *)0, 1); /* target */
	sum += __builtin_preserve_type_info(*(struct pair *)0, 0); /* exists */
	sum += __builtin_preserve_type_info(*(stamp_t *)0, 1); /* size */
	sum += __builtin_preserve_type_info(*(anon_t *)0, 2); /* matches */
	sum += __builtin_preserve_enum_value(*(enum kind *)KIND_TWO, 0); /* exists */
	sum += __builtin_preserve_enum_value(*(enum kind *)KIND_TWO, 1); /* value */
	sum += __builtin_preserve_enum_value(*(enum big *)BIG, 1);
	t->pid = 3;
	return sum;
}
