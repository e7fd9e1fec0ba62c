// Big endian: CO-RE of every kind on loads, stores, moves and wide immediates; kernel functions, variables, settings.
// CFLAGS: -target bpfeb
#define SEC(name) __attribute__((section(name), used))
#define __core __attribute__((preserve_access_index))
#define __ksym __attribute__((section(".ksyms")))
#define __kconfig __attribute__((section(".kconfig")))
#define __weak __attribute__((weak))

char _license[] SEC("license") = "GPL";

typedef unsigned int __u32;
typedef unsigned long long __u64;

enum state { STATE_IDLE = 3, STATE_BUSY = -7 };
enum wide { WIDE = 0x1122334455667788ULL };

struct cred {
	int usage;
	union {
		__u32 uid;
		__u32 gid;
	};
} __core;

struct task_struct {
	char pad[24];
	struct cred *cred;
	enum state states[4];
	__u32 urgent : 3, other : 13;
	short nice;
} __core;

struct task_struct___v5 {
	short nice_level;
} __core;

extern struct task_struct *bpf_get_current_task_btf___k(void) __ksym;
extern void bpf_task_release(struct task_struct *t) __ksym __weak;
extern const struct cred init_cred __ksym;
extern const void init_task __ksym __weak;
extern int LINUX_KERNEL_VERSION __kconfig;
extern char CONFIG_LOCALVERSION[8] __kconfig __weak;

__u64 out[4];

SEC("raw_tp/sys_enter") int fields(struct task_struct *t, int i)
{
	struct task_struct___v5 *old = (void *)t;

	if (__builtin_preserve_field_info(old->nice_level, 2))
		old->nice_level = 5;
	else
		t->nice = -5;
	out[0] = t->cred->gid + t->states[2] + t->states[i & 1];
	out[1] = __builtin_preserve_field_info(t->cred, 0) + __builtin_preserve_field_info(t->nice, 1);
	out[1] += __builtin_preserve_field_info(t->nice, 3) + __builtin_preserve_field_info(t->other, 4);
	return __builtin_preserve_field_info(t->other, 5);
}

SEC("raw_tp/sys_exit") int others(void *ctx)
{
	struct task_struct *t = bpf_get_current_task_btf___k();

	out[0] = __builtin_btf_type_id(*(struct cred *)0, 0);
	out[1] = __builtin_btf_type_id(*(enum wide *)0, 1);
	out[2] = __builtin_preserve_enum_value(*(enum wide *)WIDE, 1);
	out[3] = __builtin_preserve_enum_value(*(enum state *)STATE_BUSY, 1);
	if (__builtin_preserve_enum_value(*(enum state *)STATE_IDLE, 0))
		out[0] += __builtin_preserve_type_info(*(struct task_struct *)0, 1);
	if (__builtin_preserve_type_info(*(enum wide *)0, 0) && __builtin_preserve_type_info(*(struct cred *)0, 2))
		out[1] += init_cred.usage;
	if (bpf_task_release)
		bpf_task_release(t);
	if (&init_task && LINUX_KERNEL_VERSION > 0x060100)
		return CONFIG_LOCALVERSION[0];
	return 0;
}
