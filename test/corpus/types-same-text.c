// Names that are also sections, files and lines.

#include "bpf.h"

struct license { int text; }; struct xdp { struct license tc; }; int text; int types;
SEC("tc") int int_(struct xdp *license) { return license->tc.text + text + types; }

char LICENSE[] SEC("license") = "GPL";
