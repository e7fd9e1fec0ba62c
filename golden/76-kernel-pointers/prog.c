// Map values that hold kernel pointers and fields of the kernel's own: kptrs, untrusted, per-CPU and user pointers, locks,
// timers, work queues; and type tags of arguments.
#define SEC(name) __attribute__((section(name), used))
#define __type_tag(x) __attribute__((btf_type_tag(x)))
#define __kptr __attribute__((btf_type_tag("kptr")))
#define __kptr_untrusted __attribute__((btf_type_tag("kptr_untrusted")))
#define __percpu_kptr __attribute__((btf_type_tag("percpu_kptr")))
#define __uptr __attribute__((btf_type_tag("uptr")))
#define __rcu __attribute__((btf_type_tag("rcu")))
#define __user __attribute__((btf_type_tag("user")))
#define __percpu __attribute__((btf_type_tag("percpu")))
#define __ksym __attribute__((section(".ksyms")))
#define __uint(name, val) int (*name)[val]
#define __type(name, val) typeof(val) *name

typedef unsigned int __u32;
typedef unsigned long long __u64;

struct bpf_spin_lock {
	__u32 val;
};
struct bpf_timer {
	__u64 __opaque[2];
} __attribute__((aligned(8)));
struct bpf_wq {
	__u64 __opaque[2];
} __attribute__((aligned(8)));
struct bpf_task_work {
	__u64 __opaque;
} __attribute__((aligned(8)));
struct bpf_refcount {
	__u32 __opaque[1];
} __attribute__((aligned(4)));

struct task_struct {
	int pid;
};
struct cgroup {
	int level;
};
struct per_cpu {
	__u64 hits;
};
struct shared_page {
	char text[64];
};

struct value {
	struct bpf_spin_lock lock;
	struct task_struct __kptr *task;
	struct task_struct __kptr_untrusted *maybe;
	struct cgroup __kptr *cgroup;
	struct per_cpu __percpu_kptr *counters;
	struct shared_page __uptr *page;
	struct bpf_timer timer;
	struct bpf_wq wq;
	struct bpf_task_work work;
	struct bpf_refcount refs;
};

struct {
	__uint(type, 2); /* BPF_MAP_TYPE_ARRAY */
	__type(key, int);
	__type(value, struct value);
	__uint(max_entries, 3);
} values SEC(".maps");

struct {
	__uint(type, 29); /* BPF_MAP_TYPE_TASK_STORAGE */
	__uint(map_flags, 1); /* BPF_F_NO_PREALLOC */
	__type(key, int);
	__type(value, struct shared_page __uptr *);
} pages SEC(".maps");

static void *(*const bpf_map_lookup_elem)(void *map, const void *key) = (void *)1;
static long (*const bpf_spin_lock)(struct bpf_spin_lock *lock) = (void *)93;
static long (*const bpf_spin_unlock)(struct bpf_spin_lock *lock) = (void *)94;
static long (*const bpf_timer_init)(struct bpf_timer *timer, void *map, __u64 flags) = (void *)169;
static long (*const bpf_timer_set_callback)(struct bpf_timer *timer, void *callback) = (void *)170;
static long (*const bpf_timer_start)(struct bpf_timer *timer, __u64 nsecs, __u64 flags) = (void *)171;
static void *(*const bpf_kptr_xchg)(void *dst, void *ptr) = (void *)194;

extern void bpf_task_release(struct task_struct *p) __ksym;
extern int bpf_wq_start(struct bpf_wq *wq, unsigned int flags) __ksym;

struct per_cpu __percpu __rcu *global_counters;

static int fired(void *map, int *key, struct value *v)
{
	bpf_wq_start(&v->wq, 0);
	return 0;
}

SEC("tp_btf/task_newtask") int prog(struct task_struct __type_tag("trusted") *task, const char __user *name)
{
	int key = 1;
	struct value *v = bpf_map_lookup_elem(&values, &key);
	struct task_struct *old;

	if (!v)
		return 0;
	bpf_spin_lock(&v->lock);
	v->maybe = task;
	bpf_spin_unlock(&v->lock);
	bpf_timer_init(&v->timer, &values, 0);
	bpf_timer_set_callback(&v->timer, fired);
	bpf_timer_start(&v->timer, 1000, 0);
	old = bpf_kptr_xchg(&v->task, 0);
	if (old)
		bpf_task_release(old);
	return name && global_counters;
}

char _license[] SEC("license") = "GPL";
