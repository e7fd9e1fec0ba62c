// Variables without a program.

#include "bpf.h"

int x = 3; static int y __attribute__((used)) = 4; const char greeting[] = "hi"; __u64 zeros[9];
