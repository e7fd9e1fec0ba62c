// The first and only process of the emulated machine: it loads object files with the distribution's libbpf, attaches
// their programs, makes them run, and tells what it saw. Linked statically, since there is nothing else on that machine.
//
// /cases names them, a case a line:
//
//   load NAME OBJECT...      loads the objects
//   run NAME OBJECT...       loads and attaches them, test-runs each program that can be, and does the deeds below
//
// A program of an object that extends or traces another program (freplace, fentry/NAME with a NAME of the object before)
// gets that program as its target. Each case gives a line of JSON on ttyS1; the console is the kernel's. Everything of a
// case is gone before the next.

#define _GNU_SOURCE
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define MAX_OBJECTS 4
#define MAX_PROGRAMS 32 // of one case
#define MAX_DATA 4096

struct outcome {
	struct bpf_program *prog;
	struct bpf_link *link;
	int attach_error; // an errno, or 0
	int before, after; // what test runs returned, or a negative errno
};

static FILE *out;
static struct bpf_object *objects[MAX_OBJECTS];
static int object_count;
static struct outcome outcomes[MAX_PROGRAMS];
static int outcome_count;
static char log_text[1 << 16];
static size_t log_size;

// ── JSON out ──

static void put_string(const char *text)
{
	fputc('"', out);
	for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
		if (*c == '"' || *c == '\\')
			fprintf(out, "\\%c", *c);
		else if (*c < 0x20)
			fprintf(out, "\\u%04x", *c);
		else
			fputc(*c, out);
	}
	fputc('"', out);
}

static void put_error(const char *key, int error)
{
	fprintf(out, ",\"%s\":", key);
	put_string(error == 0 ? "" : strerrorname_np(error) ?: "unknown errno");
}

/** Warnings, and infos that tell of dropped BTF. */
static int keep_log(enum libbpf_print_level level, const char *format, va_list args)
{
	if (level == LIBBPF_DEBUG)
		return 0;
	int size = vsnprintf(log_text + log_size, sizeof(log_text) - log_size, format, args);
	if (size > 0)
		log_size += (size_t)size;
	if (log_size >= sizeof(log_text))
		log_size = sizeof(log_text) - 1;
	return size;
}

// ── load, attach, run ──

/** The file descriptor of the program before `object` that has a function `name`, or -1. */
static int find_target(int object, const char *name)
{
	for (int i = 0; i < object; i++) {
		struct btf *btf = bpf_object__btf(objects[i]);
		struct bpf_program *prog = bpf_object__next_program(objects[i], NULL);
		if (btf && prog && btf__find_by_name_kind(btf, name, BTF_KIND_FUNC) > 0)
			return bpf_program__fd(prog);
	}
	return -1;
}

/** An errno, or 0. */
static int load_object(const char *file)
{
	int index = object_count;
	struct bpf_object *object = bpf_object__open_file(file, NULL);
	if (!object)
		return errno;
	objects[object_count++] = object;
	struct bpf_program *prog;
	bpf_object__for_each_program(prog, object) {
		const char *slash = strchr(bpf_program__section_name(prog), '/');
		int target = slash ? find_target(index, slash + 1) : -1;
		int error = target < 0 ? 0 : bpf_program__set_attach_target(prog, target, slash + 1);
		if (error)
			return -error;
		if (outcome_count < MAX_PROGRAMS)
			outcomes[outcome_count++] = (struct outcome){ .prog = prog };
	}
	struct bpf_map *map;
	bpf_object__for_each_map(map, object)
		bpf_map__set_pin_path(map, NULL); // there is no bpffs, and nothing outlives its case
	return -bpf_object__load(object);
}

/** What a test run on 64 zero bytes returned, or a negative errno for programs that have none. */
static int test_run(struct bpf_program *prog)
{
	enum bpf_attach_type attach = bpf_program__expected_attach_type(prog);
	bool tracing = bpf_program__type(prog) == BPF_PROG_TYPE_TRACING &&
		(attach == BPF_TRACE_FENTRY || attach == BPF_TRACE_FEXIT || attach == BPF_MODIFY_RETURN);
	unsigned char input[64] = {};
	LIBBPF_OPTS(bpf_test_run_opts, packet, .data_in = input, .data_size_in = sizeof(input), .repeat = 1);
	// The kernel calls bpf_fentry_test1 and its like, or bpf_modify_return_test: net/bpf/test_run.c.
	LIBBPF_OPTS(bpf_test_run_opts, none);
	if (!tracing && bpf_program__type(prog) != BPF_PROG_TYPE_XDP)
		return -EOPNOTSUPP;
	struct bpf_test_run_opts *opts = tracing ? &none : &packet;
	int error = bpf_prog_test_run_opts(bpf_program__fd(prog), opts);
	return error ? error : (int)opts->retval;
}

/** What programs wait for. Returns the errno of the mkdir, which one of them may refuse. */
static int do_deeds(void)
{
	struct timespec moment = { .tv_nsec = 1000 * 1000 };
	nanosleep(&moment, NULL);
	int error = mkdir("/made", 0700) ? errno : 0;
	rmdir("/made");
	return error;
}

// ── a case ──

static void put_program(const struct outcome *outcome)
{
	struct bpf_prog_info info = {};
	__u32 size = sizeof(info);
	bpf_obj_get_info_by_fd(bpf_program__fd(outcome->prog), &info, &size);
	fprintf(out, "{\"name\":");
	put_string(bpf_program__name(outcome->prog));
	fprintf(out, ",\"type\":%u,\"btfId\":%u,\"funcInfos\":%u,\"lineInfos\":%u", info.type, info.btf_id,
		info.nr_func_info, info.nr_line_info);
	put_error("attach", outcome->attach_error);
	fprintf(out, ",\"before\":%d,\"after\":%d}", outcome->before, outcome->after);
}

/** The bytes of every data section that the kernel holds now, by the section's name. */
static void put_data(void)
{
	static unsigned char data[MAX_DATA];
	const char *comma = "";
	fprintf(out, ",\"data\":{");
	for (int i = 0; i < object_count; i++) {
		struct bpf_map *map;
		bpf_object__for_each_map(map, objects[i]) {
			__u32 size = bpf_map__value_size(map), first = 0;
			const char *section = strchr(bpf_map__name(map), '.');
			if (!section || size > MAX_DATA || bpf_map_lookup_elem(bpf_map__fd(map), &first, data))
				continue;
			fprintf(out, "%s", comma);
			put_string(section);
			fprintf(out, ":\"");
			for (__u32 byte = 0; byte < size; byte++)
				fprintf(out, "%02x", data[byte]);
			fprintf(out, "\"");
			comma = ",";
		}
	}
	fprintf(out, "}");
}

static void run_case(bool run, const char *name)
{
	int error = 0;
	int mkdir_error = 0;
	char *file;
	while (!error && object_count < MAX_OBJECTS && (file = strtok(NULL, " \n")))
		error = load_object(file);
	if (run && !error) {
		for (int i = 0; i < outcome_count; i++)
			outcomes[i].before = test_run(outcomes[i].prog);
		for (int i = 0; i < outcome_count; i++) {
			outcomes[i].link = bpf_program__attach(outcomes[i].prog);
			outcomes[i].attach_error = outcomes[i].link ? 0 : errno;
		}
		for (int i = 0; i < outcome_count; i++)
			outcomes[i].after = test_run(outcomes[i].prog);
		mkdir_error = do_deeds();
	}
	fprintf(out, "{\"name\":");
	put_string(name);
	put_error("load", error);
	fprintf(out, ",\"programs\":[");
	for (int i = 0; i < outcome_count && !error; i++) {
		fprintf(out, i ? "," : "");
		put_program(&outcomes[i]);
	}
	fprintf(out, "]");
	put_data();
	put_error("mkdir", mkdir_error);
	fprintf(out, ",\"log\":");
	put_string(log_text);
	fprintf(out, "}\n");
	fflush(out);

	while (outcome_count > 0)
		bpf_link__destroy(outcomes[--outcome_count].link);
	while (object_count > 0)
		bpf_object__close(objects[--object_count]);
	log_text[log_size = 0] = 0;
}

int main(void)
{
	const char *mounts[][2] = { { "proc", "/proc" }, { "sysfs", "/sys" }, { "devtmpfs", "/dev" },
				    { "tracefs", "/sys/kernel/tracing" } };
	for (size_t i = 0; i < sizeof(mounts) / sizeof(mounts[0]); i++)
		mount(mounts[i][0], mounts[i][1], mounts[i][0], 0, NULL);
	out = fopen("/dev/ttyS1", "w");
	FILE *cases = fopen("/cases", "r");
	if (out && cases) {
		libbpf_set_print(keep_log);
		char line[1024];
		while (fgets(line, sizeof(line), cases)) {
			const char *verb = strtok(line, " \n");
			const char *name = strtok(NULL, " \n");
			if (verb && name)
				run_case(strcmp(verb, "run") == 0, name);
		}
		fprintf(out, "end\n");
		fclose(out); // waits until all was sent
	}
	sync();
	reboot(RB_POWER_OFF);
	return 1;
}
