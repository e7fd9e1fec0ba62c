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

static void *(*const map_lookup)(void *map, const void *key) = (void *)1;
static long (*const map_update)(void *map, const void *key, const void *value, __u64 flags) = (void *)2;
static __u64 (*const ktime)(void) = (void *)5;
static long (*const trace)(const char *fmt, __u32 size, ...) = (void *)6;
static __u32 (*const cpu)(void) = (void *)8;
static long (*const tail_call)(void *ctx, void *map, __u32 index) = (void *)12;
static __u64 (*const pid_tgid)(void) = (void *)14;
static long (*const read_kernel)(void *dst, __u32 size, const void *from) = (void *)113;
static void *(*const ring_reserve)(void *ring, __u64 size, __u64 flags) = (void *)131;
static void (*const ring_submit)(void *data, __u64 flags) = (void *)132;
static long (*const loop)(__u32 count, void *callback, void *ctx, __u64 flags) = (void *)181;
