// What the programs of this folder share: types, sections, and the macros of libbpf's bpf_helpers.h in our own words.

#define SEC(name) __attribute__((section(name), used))
#define __uint(name, val) int(*name)[val]
#define __type(name, val) typeof(val) *name
#define __array(name, val) typeof(val) *name[]
#define __ulong(name, val) enum { CAT(__unique_value, __COUNTER__) = val } name
#define CAT(a, b) CAT_(a, b)
#define CAT_(a, b) a##b
#define __noinline __attribute__((noinline))
#define __weak __attribute__((weak))
#define __hidden __attribute__((visibility("hidden")))
#define __ksym __attribute__((section(".ksyms")))
#define __kconfig __attribute__((section(".kconfig")))
#define __kptr __attribute__((btf_type_tag("kptr")))
#define __tag(x) __attribute__((btf_decl_tag(x)))
#define __core __attribute__((preserve_access_index))

typedef unsigned char __u8;
typedef unsigned short __u16;
typedef unsigned int __u32;
typedef unsigned long long __u64;
typedef int __s32;
typedef long long __s64;
typedef _Bool bool;

// gcc knows a helper by an attribute, clang by the constant that is called.
#ifdef __clang__
#define HELPER(id, type, name, ...) static type (*const name)(__VA_ARGS__) = (void *)id
#else
#define HELPER(id, type, name, ...) type name(__VA_ARGS__) __attribute__((kernel_helper(id)))
#endif

HELPER(1, void *, map_lookup, void *map, const void *key);
HELPER(2, long, map_update, void *map, const void *key, const void *value, __u64 flags);
HELPER(5, __u64, ktime, void);
HELPER(6, long, trace, const char *fmt, __u32 size, ...);
HELPER(8, __u32, cpu, void);
HELPER(12, long, tail_call, void *ctx, void *map, __u32 index);
HELPER(14, __u64, pid_tgid, void);
HELPER(113, long, read_kernel, void *dst, __u32 size, const void *from);
HELPER(131, void *, ring_reserve, void *ring, __u64 size, __u64 flags);
HELPER(132, void, ring_submit, void *data, __u64 flags);
HELPER(181, long, loop, __u32 count, void *callback, void *ctx, __u64 flags);
