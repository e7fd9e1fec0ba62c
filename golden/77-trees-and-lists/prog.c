// Red-black trees and linked lists: heads tagged with what they contain, nodes, locks beside them, in private sections
// and in map values.
#define SEC(name) __attribute__((section(name), used))
#define private(name) __attribute__((section(".data." #name))) __attribute__((aligned(8))) static
#define private_zero(name) __attribute__((section(".bss." #name))) __attribute__((aligned(8))) static
#define __contains(name, node) __attribute__((btf_decl_tag("contains:" #name ":" #node)))
#define __kptr __attribute__((btf_type_tag("kptr")))
#define __ksym __attribute__((section(".ksyms")))
#define __weak __attribute__((weak))
#define __uint(name, val) int (*name)[val]
#define __type(name, val) typeof(val) *name

typedef unsigned int __u32;
typedef unsigned long long __u64;

struct bpf_spin_lock {
	__u32 val;
};
struct bpf_rb_root {
	__u64 __opaque[2];
} __attribute__((aligned(8)));
struct bpf_rb_node {
	__u64 __opaque[4];
} __attribute__((aligned(8)));
struct bpf_list_head {
	__u64 __opaque[2];
} __attribute__((aligned(8)));
struct bpf_list_node {
	__u64 __opaque[3];
} __attribute__((aligned(8)));

struct bpf_refcount {
	__u32 __opaque[1];
} __attribute__((aligned(4)));

struct leaf {
	struct bpf_rb_node node;
	struct bpf_list_node link;
	struct bpf_refcount refs;
	long key;
};

struct queue {
	struct bpf_spin_lock lock;
	struct bpf_list_head head __contains(leaf, link);
	struct leaf __kptr *spare;
};

struct {
	__uint(type, 1); /* BPF_MAP_TYPE_HASH */
	__type(key, __u32);
	__type(value, struct queue);
	__uint(max_entries, 8);
} queues SEC(".maps");

extern void *bpf_obj_new_impl(__u64 local_type_id, void *meta) __ksym;
extern void bpf_obj_drop_impl(void *kptr, void *meta) __ksym;
extern int bpf_rbtree_add_impl(struct bpf_rb_root *root, struct bpf_rb_node *node, _Bool (*less)(struct bpf_rb_node *a, const struct bpf_rb_node *b), void *meta, __u64 off) __ksym;
extern struct bpf_rb_node *bpf_rbtree_first(struct bpf_rb_root *root) __ksym;
extern struct bpf_rb_node *bpf_rbtree_remove(struct bpf_rb_root *root, struct bpf_rb_node *node) __ksym;
extern int bpf_list_push_back_impl(struct bpf_list_head *head, struct bpf_list_node *node, void *meta, __u64 off) __ksym __weak;

static long (*const bpf_spin_lock)(struct bpf_spin_lock *lock) = (void *)93;
static long (*const bpf_spin_unlock)(struct bpf_spin_lock *lock) = (void *)94;

private(A) struct bpf_spin_lock lock;
private(A) struct bpf_rb_root root __contains(leaf, node);
private_zero(B) struct bpf_spin_lock list_lock;
private_zero(B) struct bpf_list_head list __contains(leaf, link);

static _Bool less(struct bpf_rb_node *a, const struct bpf_rb_node *b)
{
	return ((struct leaf *)a)->key < ((struct leaf *)b)->key;
}

SEC("tc") int prog(__u64 *ctx)
{
	struct leaf *leaf = bpf_obj_new_impl(__builtin_btf_type_id(*(struct leaf *)0, 0), 0);
	struct bpf_rb_node *first;

	if (!leaf)
		return 1;
	leaf->key = 3;
	bpf_spin_lock(&lock);
	bpf_rbtree_add_impl(&root, &leaf->node, less, 0, 0);
	first = bpf_rbtree_first(&root);
	if (first)
		first = bpf_rbtree_remove(&root, first);
	bpf_spin_unlock(&lock);
	if (first)
		bpf_obj_drop_impl(first, 0);
	return 0;
}

SEC("tc") int push(__u64 *ctx)
{
	struct leaf *leaf = bpf_obj_new_impl(__builtin_btf_type_id(*(struct leaf *)0, 0), 0);

	if (!leaf)
		return 1;
	bpf_spin_lock(&list_lock);
	bpf_list_push_back_impl(&list, &leaf->link, 0, __builtin_offsetof(struct leaf, link));
	bpf_spin_unlock(&list_lock);
	return 0;
}

char _license[] SEC("license") = "GPL";
