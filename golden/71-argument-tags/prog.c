// Global functions whose arguments the verifier knows by their tags.
#define SEC(name) __attribute__((section(name), used))
#define __weak __attribute__((weak))
#define __noinline __attribute__((noinline))
#define __arena __attribute__((address_space(1)))
#define __arg_ctx __attribute__((btf_decl_tag("arg:ctx")))
#define __arg_nonnull __attribute__((btf_decl_tag("arg:nonnull")))
#define __arg_nullable __attribute__((btf_decl_tag("arg:nullable")))
#define __arg_trusted __attribute__((btf_decl_tag("arg:trusted")))
#define __arg_untrusted __attribute__((btf_decl_tag("arg:untrusted")))
#define __arg_arena __attribute__((btf_decl_tag("arg:arena")))
#define __success __attribute__((btf_decl_tag("comment:test_expect_success")))
#define __msg(x) __attribute__((btf_decl_tag("comment:" #x)))
#define __uint(name, val) int (*name)[val]

typedef unsigned int __u32;

struct __sk_buff {
	__u32 len;
	__u32 mark;
};

struct task_struct {
	int pid;
};

struct config {
	int limit;
};

struct {
	__uint(type, 33); /* BPF_MAP_TYPE_ARENA */
	__uint(map_flags, 1024);
	__uint(max_entries, 2);
} arena SEC(".maps");

struct config config;

__weak int with_ctx(struct __sk_buff *ctx __arg_ctx, int value)
{
	return ctx->mark == value;
}

__noinline int with_nonnull(struct config *c __arg_nonnull, const int *limit __arg_nonnull __arg_untrusted)
{
	c->limit = *limit;
	return 0;
}

__noinline __success int with_null(struct task_struct *t __arg_trusted __arg_nullable)
{
	return t ? t->pid : -1;
}

__weak __success __msg(ordered) int with_arena(int __arena *p __arg_arena, void *raw __arg_arena)
{
	*p = 3;
	return raw != 0;
}

SEC("tc") __success int prog(struct __sk_buff *skb)
{
	static int limit = 4;

	limit += skb->len;
	if (with_ctx(skb, 3))
		return with_nonnull(&config, &limit);
	return with_arena((int __arena *)8, &arena);
}

SEC("tp_btf/task_newtask") int on_task(unsigned long long *ctx __arg_ctx)
{
	return with_null((struct task_struct *)ctx[0]);
}

char _license[] SEC("license") = "GPL";
