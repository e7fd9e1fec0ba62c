// CO-RE without attributes on the types: chains of helper calls as BPF_CORE_READ makes them, a block of accesses, a
// string read, and the existence of a member before it is read.
#define SEC(name) __attribute__((section(name), used))

typedef unsigned int __u32;
typedef unsigned long long __u64;

struct dentry;

struct mount {
	struct mount *parent;
	struct dentry *point;
	int id;
};

struct name {
	__u32 hash, len;
	const char *text;
};

struct dentry {
	struct dentry *up;
	struct name name;
	struct mount *mounts[2];
};

struct file {
	struct {
		struct mount *mnt;
		struct dentry *dentry;
	} path;
	__u32 flags;
};

struct file___v6 {
	struct {
		struct dentry *dentry;
	} __path;
};

static long (*const bpf_probe_read_kernel)(void *dst, __u32 size, const void *from) = (void *)113;
static long (*const bpf_probe_read_kernel_str)(void *dst, __u32 size, const void *from) = (void *)115;

#define access(x) __builtin_preserve_access_index(x)
#define read(dst, src) bpf_probe_read_kernel(dst, sizeof(*(dst)), access(src))
#define exists(field) __builtin_preserve_field_info(field, 2)

char text[32];
__u64 sum;

static inline struct dentry *dentry_of(struct file *f)
{
	struct file___v6 *newer = (void *)f;
	struct dentry *d = 0;

	if (exists(newer->__path.dentry))
		read(&d, &newer->__path.dentry);
	else
		read(&d, &f->path.dentry);
	return d;
}

SEC("fentry/vfs_open") int chain(__u64 *ctx)
{
	struct file *f = (void *)ctx[1];
	struct dentry *d = dentry_of(f);
	struct mount *m;
	const char *name;
	__u32 len;
	int id;

	read(&m, &f->path.mnt);
	read(&m, &m->parent);
	read(&id, &m->id);
	read(&d, &d->up);
	read(&len, &d->name.len);
	read(&name, &d->name.text);
	bpf_probe_read_kernel_str(text, sizeof(text), name);
	sum += id + len;
	return 0;
}

SEC("fentry/vfs_read") int block(__u64 *ctx)
{
	struct file *f = (void *)ctx[0];
	int id;
	__u32 hash;

	__builtin_preserve_access_index(({
		id = f->path.dentry->mounts[1]->parent->id;
		hash = f->path.dentry->up->name.hash;
		f->flags = id;
	}));
	return id ^ hash;
}

char _license[] SEC("license") = "GPL";
