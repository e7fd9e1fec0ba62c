// The libbpf harness: an object file is opened, loaded, attached and asked through libbpf's public API, step by step.
//
// One command a line on stdin, one JSON line on stdout for each, until stdin ends:
//
//   open FILE [PIN_ROOT]     bpf_object__open_file
//   load                     bpf_object__load
//   programs | maps          what the kernel holds of each, from bpf_obj_get_info_by_fd
//   attach PROG              bpf_program__attach, the way of its section name
//   lookup MAP KEY           KEY and VALUE are hex bytes
//   update MAP KEY VALUE
//   run PROG INPUT           BPF_PROG_TEST_RUN, once
//   perf-open MAP            samples are counted from here on
//   perf-read MS             polls for MS milliseconds; the distinct samples so far with their counts
//   netns                    moves this process to a new network namespace of its own, with lo up
//   listen PORT MAP KEY      a TCP listener on 127.0.0.1:PORT, put in the socket map
//   attach-netns PROG        to the current network namespace
//   connect PORT             to 127.0.0.1:PORT; says which listener accepted, or the error
//   ids                      of every program, map, link and BTF object in the kernel; needs no object
//   connect-on FD COUNT      calls connect(2) COUNT times on a socket that is descriptor FD; what comes of it is ignored
//
// A reply has "ok"; a failed one has "error" (the errno's name or text); "log" holds what libbpf printed meanwhile at
// levels warn and info: libbpf tells of dropped BTF in an info line only. All that a run made (programs, maps, links,
// sockets, the namespace) goes with the process, but for pins, which are the caller's.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MAX_BYTES 4096  // keys, values, test run input, and samples
#define MAX_LINKS 16
#define MAX_LISTENERS 8
#define MAX_SAMPLES 4096 // distinct ones

static struct bpf_object *object;
static struct bpf_link *links[MAX_LINKS];
static int link_count;
static struct perf_buffer *perf;
static struct { int fd, port; } listeners[MAX_LISTENERS];
static int listener_count;
static struct sample { size_t size; unsigned long count; unsigned char *data; } samples[MAX_SAMPLES];
static int sample_count;
static unsigned long lost_count;
static char log_text[1 << 16];
static size_t log_size;

// ── JSON out ──

static void put_string(const char *text)
{
	putchar('"');
	for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
		if (*c == '"' || *c == '\\')
			printf("\\%c", *c);
		else if (*c < 0x20)
			printf("\\u%04x", *c);
		else
			putchar(*c);
	}
	putchar('"');
}

static void put_hex(const unsigned char *data, size_t size)
{
	putchar('"');
	for (size_t i = 0; i < size; i++)
		printf("%02x", data[i]);
	putchar('"');
}

/** Ends the reply that a command began with `{"ok":true,…` or `{"ok":false,…`. */
static void end_reply(void)
{
	printf(",\"log\":");
	put_string(log_text);
	puts("}");
	fflush(stdout);
	log_size = 0;
	log_text[0] = 0;
}

static void fail(const char *what)
{
	printf("{\"ok\":false,\"error\":");
	put_string(what);
}

/** `error` is libbpf's: a negative errno. */
static void fail_errno(int error)
{
	const char *name = strerrorname_np(error < 0 ? -error : error);
	fail(name ? name : "unknown errno");
}

static void succeed(void)
{
	printf("{\"ok\":true");
}

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

// ── words in ──

/** Bytes from hex digits; the count, or -1 for what is not hex or too long. */
static int parse_hex(const char *text, unsigned char *out)
{
	size_t digits = text ? strlen(text) : 1;
	if (digits % 2 != 0 || digits / 2 > MAX_BYTES)
		return -1;
	for (size_t i = 0; i < digits / 2; i++) {
		unsigned int byte;
		if (sscanf(text + 2 * i, "%2x", &byte) != 1)
			return -1;
		out[i] = (unsigned char)byte;
	}
	return (int)(digits / 2);
}

static struct bpf_map *find_map(const char *name)
{
	struct bpf_map *map = object && name ? bpf_object__find_map_by_name(object, name) : NULL;
	if (!map)
		fail("no such map");
	return map;
}

static struct bpf_program *find_program(const char *name)
{
	struct bpf_program *prog = object && name ? bpf_object__find_program_by_name(object, name) : NULL;
	if (!prog)
		fail("no such program");
	return prog;
}

// ── the object ──

static void open_object(const char *file, const char *pin_root)
{
	LIBBPF_OPTS(bpf_object_open_opts, opts, .pin_root_path = pin_root);
	if (object)
		return fail("an object is open already");
	if (!file)
		return fail("which file?");
	struct bpf_object *opened = bpf_object__open_file(file, &opts);
	if (!opened)
		return fail_errno(errno);
	object = opened;
	succeed();
}

static void load_object(void)
{
	int error = object ? bpf_object__load(object) : -EINVAL;
	if (error)
		return fail_errno(error);
	succeed();
}

static void list_programs(void)
{
	struct bpf_program *prog;
	const char *comma = "";
	succeed();
	printf(",\"programs\":[");
	bpf_object__for_each_program(prog, object) {
		struct bpf_prog_info info = {};
		__u32 size = sizeof(info);
		bpf_obj_get_info_by_fd(bpf_program__fd(prog), &info, &size); // all zero before load
		printf("%s{\"name\":", comma);
		put_string(bpf_program__name(prog));
		printf(",\"section\":");
		put_string(bpf_program__section_name(prog));
		printf(",\"type\":%d,\"id\":%u,\"btfId\":%u,\"funcInfos\":%u,\"lineInfos\":%u}",
		       (int)bpf_program__type(prog), info.id, info.btf_id, info.nr_func_info, info.nr_line_info);
		comma = ",";
	}
	printf("]");
}

static void list_maps(void)
{
	struct bpf_map *map;
	const char *comma = "";
	succeed();
	printf(",\"maps\":[");
	bpf_object__for_each_map(map, object) {
		struct bpf_map_info info = {};
		__u32 size = sizeof(info);
		bpf_obj_get_info_by_fd(bpf_map__fd(map), &info, &size);
		printf("%s{\"name\":", comma);
		put_string(bpf_map__name(map));
		printf(",\"type\":%u,\"id\":%u,\"keySize\":%u,\"valueSize\":%u,\"maxEntries\":%u,\"flags\":%u", info.type,
		       info.id, info.key_size, info.value_size, info.max_entries, info.map_flags);
		printf(",\"btfId\":%u,\"keyType\":%u,\"valueType\":%u,\"pin\":", info.btf_id, info.btf_key_type_id,
		       info.btf_value_type_id);
		put_string(bpf_map__pin_path(map) ? bpf_map__pin_path(map) : "");
		printf("}");
		comma = ",";
	}
	printf("]");
}

static void put_ids(const char *kind, int (*next)(__u32, __u32 *))
{
	const char *comma = "";
	printf(",\"%s\":[", kind);
	for (__u32 id = 0; next(id, &id) == 0; comma = ",")
		printf("%s%u", comma, id);
	printf("]");
}

/**
 * Asks for ids only, and opens nothing: to open and close a program array that is just going away leaks it for good, since
 * the kernel (6.18, prog_array_map_clear) takes a reference for each last close, but queues the work that drops it once.
 */
static void list_ids(void)
{
	succeed();
	put_ids("prog", bpf_prog_get_next_id);
	put_ids("map", bpf_map_get_next_id);
	put_ids("link", bpf_link_get_next_id);
	put_ids("btf", bpf_btf_get_next_id);
}

/** Takes the link that an attach call returned: NULL and errno where it failed. */
static void keep_link(struct bpf_link *link)
{
	struct bpf_link_info info = {};
	__u32 size = sizeof(info);
	if (!link)
		return fail_errno(errno);
	links[link_count++] = link;
	bpf_obj_get_info_by_fd(bpf_link__fd(link), &info, &size); // a perf event of an old kernel is no link: id 0
	succeed();
	printf(",\"linkId\":%u", info.id);
}

static void attach(const char *name, bool to_netns)
{
	struct bpf_program *prog = find_program(name);
	if (!prog)
		return;
	if (link_count == MAX_LINKS)
		return fail("too many links");
	if (!to_netns)
		return keep_link(bpf_program__attach(prog));
	int netns = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	if (netns < 0)
		return fail_errno(errno);
	keep_link(bpf_program__attach_netns(prog, netns));
	close(netns);
}

static void look_up(const char *name, const char *key_hex)
{
	unsigned char key[MAX_BYTES], value[MAX_BYTES];
	struct bpf_map *map = find_map(name);
	if (!map)
		return;
	if (parse_hex(key_hex, key) != (int)bpf_map__key_size(map) || bpf_map__value_size(map) > MAX_BYTES)
		return fail("key does not fit the map");
	if (bpf_map_lookup_elem(bpf_map__fd(map), key, value))
		return fail_errno(errno);
	succeed();
	printf(",\"value\":");
	put_hex(value, bpf_map__value_size(map));
}

static void update(const char *name, const char *key_hex, const char *value_hex)
{
	unsigned char key[MAX_BYTES], value[MAX_BYTES];
	struct bpf_map *map = find_map(name);
	if (!map)
		return;
	if (parse_hex(key_hex, key) != (int)bpf_map__key_size(map) ||
	    parse_hex(value_hex, value) != (int)bpf_map__value_size(map))
		return fail("key or value does not fit the map");
	if (bpf_map_update_elem(bpf_map__fd(map), key, value, BPF_ANY))
		return fail_errno(errno);
	succeed();
}

static void run(const char *name, const char *input_hex)
{
	unsigned char input[MAX_BYTES], output[MAX_BYTES];
	struct bpf_program *prog = find_program(name);
	if (!prog)
		return;
	int size = parse_hex(input_hex, input);
	if (size < 0)
		return fail("input is not hex");
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = input, .data_size_in = (__u32)size, .data_out = output,
		    .data_size_out = sizeof(output), .repeat = 1);
	int error = bpf_prog_test_run_opts(bpf_program__fd(prog), &opts);
	if (error)
		return fail_errno(error);
	succeed();
	printf(",\"retval\":%u,\"output\":", opts.retval);
	put_hex(output, opts.data_size_out);
}

// ── perf events ──

static void on_sample(void *ctx, int cpu, void *data, __u32 size)
{
	(void)ctx;
	(void)cpu;
	for (int i = 0; i < sample_count; i++) {
		if (samples[i].size == size && memcmp(samples[i].data, data, size) == 0) {
			samples[i].count++;
			return;
		}
	}
	if (sample_count == MAX_SAMPLES || size > MAX_BYTES) {
		lost_count++;
		return;
	}
	unsigned char *copy = malloc(size);
	memcpy(copy, data, size);
	samples[sample_count++] = (struct sample){ .size = size, .count = 1, .data = copy };
}

static void on_lost(void *ctx, int cpu, __u64 count)
{
	(void)ctx;
	(void)cpu;
	lost_count += count;
}

static void perf_open(const char *name)
{
	struct bpf_map *map = find_map(name);
	if (!map)
		return;
	perf = perf_buffer__new(bpf_map__fd(map), 64, on_sample, on_lost, NULL, NULL); // 64 pages a CPU
	if (!perf)
		return fail_errno(errno);
	succeed();
}

static long now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void perf_read(const char *ms)
{
	long end = now_ms() + (ms ? atol(ms) : 0);
	if (!perf)
		return fail("perf-open first");
	for (long left; (left = end - now_ms()) > 0;) {
		int error = perf_buffer__poll(perf, (int)left);
		if (error < 0 && error != -EINTR)
			return fail_errno(error);
	}
	succeed();
	printf(",\"lost\":%lu,\"samples\":[", lost_count);
	for (int i = 0; i < sample_count; i++) {
		printf("%s{\"count\":%lu,\"data\":", i ? "," : "", samples[i].count);
		put_hex(samples[i].data, samples[i].size);
		printf("}");
	}
	printf("]");
}

// ── sockets ──

static void enter_netns(void)
{
	struct ifreq lo = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	if (unshare(CLONE_NEWNET))
		return fail_errno(errno);
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	int error = fd < 0 || ioctl(fd, SIOCSIFFLAGS, &lo) ? errno : 0;
	if (fd >= 0)
		close(fd);
	if (error)
		return fail_errno(error);
	succeed();
}

static struct sockaddr_in loopback(int port)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_port = htons((unsigned short)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
}

static void listen_on(const char *port, const char *map_name, const char *key_hex)
{
	unsigned char key[MAX_BYTES];
	struct bpf_map *map = find_map(map_name);
	if (!map)
		return;
	if (parse_hex(key_hex, key) != (int)bpf_map__key_size(map))
		return fail("key does not fit the map");
	if (listener_count == MAX_LISTENERS)
		return fail("too many listeners");
	struct sockaddr_in address = loopback(atoi(port));
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) || listen(fd, 8))
		return fail_errno(errno);
	listeners[listener_count].fd = fd;
	listeners[listener_count++].port = atoi(port);
	__u64 value = (__u64)fd; // a sockmap takes the descriptor, 4 or 8 bytes wide
	if (bpf_map_update_elem(bpf_map__fd(map), key, &value, BPF_ANY))
		return fail_errno(errno);
	succeed();
}

static void connect_to(const char *port)
{
	struct sockaddr_in address = loopback(port ? atoi(port) : 0);
	struct timeval two_seconds = { .tv_sec = 2 };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return fail_errno(errno);
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &two_seconds, sizeof(two_seconds)); // bounds connect, too
	if (connect(fd, (struct sockaddr *)&address, sizeof(address))) {
		fail_errno(errno);
		close(fd);
		return;
	}
	int accepted_by = 0;
	for (int i = 0; i < listener_count; i++) {
		int peer = accept(listeners[i].fd, NULL, NULL);
		if (peer < 0)
			continue;
		accepted_by = listeners[i].port;
		close(peer);
	}
	close(fd);
	succeed();
	printf(",\"acceptedBy\":%d", accepted_by);
}

static void connect_on(const char *fd_text, const char *count_text)
{
	struct sockaddr_in address = loopback(9); // discard, RFC 863: nobody listens there
	int wanted = fd_text ? atoi(fd_text) : -1;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || dup2(fd, wanted) < 0)
		return fail_errno(errno);
	close(fd);
	for (int i = count_text ? atoi(count_text) : 0; i > 0; i--)
		(void)!connect(wanted, (struct sockaddr *)&address, sizeof(address));
	close(wanted);
	succeed();
}

// ── the loop ──

static void obey(char *line)
{
	char *rest = NULL;
	const char *command = strtok_r(line, " \n", &rest);
	const char *a = strtok_r(NULL, " \n", &rest);
	const char *b = a ? strtok_r(NULL, " \n", &rest) : NULL;
	const char *c = b ? strtok_r(NULL, " \n", &rest) : NULL;
	if (!command)
		return fail("empty command");
	if (strcmp(command, "open") == 0)
		return open_object(a, b);
	if (strcmp(command, "ids") == 0)
		return list_ids();
	if (!object && strcmp(command, "netns") != 0)
		return fail("open first");
	if (strcmp(command, "load") == 0)
		return load_object();
	if (strcmp(command, "programs") == 0)
		return list_programs();
	if (strcmp(command, "maps") == 0)
		return list_maps();
	if (strcmp(command, "attach") == 0)
		return attach(a, false);
	if (strcmp(command, "attach-netns") == 0)
		return attach(a, true);
	if (strcmp(command, "lookup") == 0)
		return look_up(a, b);
	if (strcmp(command, "update") == 0)
		return update(a, b, c);
	if (strcmp(command, "run") == 0)
		return run(a, b);
	if (strcmp(command, "perf-open") == 0)
		return perf_open(a);
	if (strcmp(command, "perf-read") == 0)
		return perf_read(a);
	if (strcmp(command, "netns") == 0)
		return enter_netns();
	if (strcmp(command, "listen") == 0)
		return a ? listen_on(a, b, c) : fail("which port?");
	if (strcmp(command, "connect") == 0)
		return connect_to(a);
	if (strcmp(command, "connect-on") == 0)
		return connect_on(a, b);
	fail("unknown command");
}

int main(void)
{
	static char line[4 * MAX_BYTES];
	libbpf_set_print(keep_log);
	while (fgets(line, sizeof(line), stdin)) {
		obey(line);
		end_reply();
	}
	for (int i = 0; i < link_count; i++)
		bpf_link__destroy(links[i]);
	perf_buffer__free(perf);
	bpf_object__close(object);
	return 0;
}
