// Kernel variables, typed and not, and settings.

#include "bpf.h"

extern const void init_task __ksym; extern const int nr_cpus __ksym; extern const void gone __ksym __weak;
extern unsigned int LINUX_KERNEL_VERSION __kconfig; extern bool CONFIG_BPF __kconfig __weak; extern char CONFIG_HOST[16] __kconfig;
int out;
SEC("tc") int prog(void *ctx) { out = nr_cpus; if (&gone) out++; if (CONFIG_BPF) out += LINUX_KERNEL_VERSION; return &init_task != 0 ? CONFIG_HOST[1] : 0; }

char LICENSE[] SEC("license") = "GPL";
