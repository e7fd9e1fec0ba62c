// Settings of the kernel's configuration, in every type that libbpf can fill in, and weak ones; one is never used.
#define SEC(name) __attribute__((section(name), used))
#define __kconfig __attribute__((section(".kconfig")))
#define __weak __attribute__((weak))

enum libbpf_tristate {
	TRI_NO = 0,
	TRI_YES = 1,
	TRI_MODULE = 2,
};

extern int LINUX_KERNEL_VERSION __kconfig;
extern _Bool LINUX_HAS_BPF_COOKIE __kconfig __weak;
extern _Bool CONFIG_SMP __kconfig;
extern char CONFIG_BPF_SYSCALL __kconfig;
extern enum libbpf_tristate CONFIG_IPV6 __kconfig __weak;
extern enum libbpf_tristate CONFIG_XFS_FS __kconfig;
extern unsigned char CONFIG_LOG_BUF_SHIFT __kconfig;
extern short CONFIG_NODES_SHIFT __kconfig __weak;
extern unsigned int CONFIG_HZ __kconfig;
extern long CONFIG_RCU_CPU_STALL_TIMEOUT __kconfig;
extern unsigned long long CONFIG_PHYSICAL_START __kconfig __weak;
extern const char CONFIG_DEFAULT_HOSTNAME[16] __kconfig __weak;
extern const volatile int CONFIG_NR_CPUS __kconfig;
extern int CONFIG_UNUSED __kconfig;

unsigned long sum;
char host[2];

SEC("raw_tp/sys_enter") int prog(void *ctx)
{
	sum = LINUX_KERNEL_VERSION;
	if (LINUX_HAS_BPF_COOKIE && CONFIG_SMP)
		sum += CONFIG_HZ;
	if (CONFIG_BPF_SYSCALL == 'y')
		sum += CONFIG_LOG_BUF_SHIFT;
	if (CONFIG_IPV6 == TRI_MODULE || CONFIG_XFS_FS == TRI_YES)
		sum += CONFIG_NODES_SHIFT;
	sum += CONFIG_RCU_CPU_STALL_TIMEOUT + CONFIG_PHYSICAL_START + CONFIG_NR_CPUS;
	host[0] = CONFIG_DEFAULT_HOSTNAME[0];
	host[1] = CONFIG_DEFAULT_HOSTNAME[15];
	return 0;
}

char _license[] SEC("license") = "GPL";
