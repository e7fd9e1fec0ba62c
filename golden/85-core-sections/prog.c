// CO-RE records of several sections: static and global functions in .text, programs of three sections, one record's
// strings shared with names and text, the same access twice, a static inline function in two places.
#define SEC(name) __attribute__((section(name), used))
#define __core __attribute__((preserve_access_index))
#define __noinline __attribute__((noinline))

typedef unsigned int __u32;

struct file {
	__u32 mode;
	struct inode *inode;
} __core;

struct inode {
	unsigned long ino;
	struct file *owner;
	union {
		int a;
		long b;
	} u[2];
} __core;

struct __attribute__((preserve_access_index)) vm_area {
	struct file *file;
	const struct inode *inodes[3];
};

static inline unsigned long ino_of(struct file *f)
{
	return f->inode->ino;
}

static __noinline __u32 mode_of(struct file *f, int again)
{
	return again ? f->mode + 1 : f->mode;
}

__noinline long walk(struct inode *i)
{
	return i->owner->inode->u[1].b + i->u[0].a;
}

SEC("lsm/file_open") int file_open(unsigned long long *ctx)
{
	struct file *f = (void *)ctx[0];

	return mode_of(f, ctx[1]) + ino_of(f);
}

SEC("lsm.s/mmap_file") int mmap_file(struct vm_area *vma)
{
	return walk((struct inode *)vma->inodes[2]) + ino_of(vma->file);
}

SEC("lsm/file_open") int file_open_again(struct file *f)
{
	return ino_of(f);
}

SEC("0:1") int named_like_an_access(struct file *mode)
{
	return mode->mode;
}

char _license[] SEC("license") = "GPL";
