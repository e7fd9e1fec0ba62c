// The cilium/ebpf harness: reads an object file the way Go programs do, creates the collection in the kernel and tells
// in one JSON document what it saw in the file ("spec") and what the kernel then holds ("kernel").
//
//	cilium-judge [-open] [-pins FOLDER] [-set NAME=NUMBER] [-run PROGRAM [-packet HEX]] FILE
//
// -open stops after the spec (an object of the other byte order cannot be loaded); -set changes a variable in the kernel;
// -run does one BPF_PROG_TEST_RUN, with a packet where the program takes one (14 zero bytes, the least that XDP takes, if
// none is given); then each variable that its map shows to user space is told, in hex. All that was made goes with the
// process, but for pins.
package main

import (
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"sort"
	"strconv"
	"strings"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/btf"
	"github.com/cilium/ebpf/rlimit"
)

type programSpec struct {
	Name      string `json:"name"`
	Section   string `json:"section"`
	Type      string `json:"type"`
	AttachTo  string `json:"attachTo"`
	License   string `json:"license"`
	BigEndian bool   `json:"bigEndian"`
	Slots     int    `json:"slots"`
}

type mapSpec struct {
	Name       string `json:"name"`
	Type       string `json:"type"`
	KeySize    uint32 `json:"keySize"`
	ValueSize  uint32 `json:"valueSize"`
	MaxEntries uint32 `json:"maxEntries"`
	Flags      uint32 `json:"flags"`
	Pinning    string `json:"pinning"`
	Key        string `json:"key"`
	Value      string `json:"value"`
	Contents   int    `json:"contents"`
}

type program struct {
	Name      string `json:"name"`
	ID        uint32 `json:"id"`
	Type      string `json:"type"`
	Tag       string `json:"tag"`
	BtfID     uint32 `json:"btfId"`
	FuncInfos int    `json:"funcInfos"`
	LineInfos int    `json:"lineInfos"`
}

type mapInKernel struct {
	Name  string `json:"name"`
	ID    uint32 `json:"id"`
	Type  string `json:"type"`
	BtfID uint32 `json:"btfId"`
}

type report struct {
	Spec struct {
		Programs []programSpec `json:"programs"`
		Maps     []mapSpec     `json:"maps"`
	} `json:"spec"`
	Kernel struct {
		Programs  []program         `json:"programs"`
		Maps      []mapInKernel     `json:"maps"`
		Variables map[string]string `json:"variables"`
		Retval    *uint32           `json:"retval,omitempty"`
	} `json:"kernel"`
	// Of this process, which runs the program.
	Pid int `json:"pid"`
}

// options are the flags.
type options struct {
	open        bool
	pins        string
	set         string
	run, packet string
}

// newReport has lists that print as [] where nothing was found.
func newReport() *report {
	out := new(report)
	out.Spec.Programs = []programSpec{}
	out.Spec.Maps = []mapSpec{}
	out.Kernel.Programs = []program{}
	out.Kernel.Maps = []mapInKernel{}
	out.Kernel.Variables = map[string]string{}
	out.Pid = os.Getpid()
	return out
}

func main() {
	var opts options
	flag.BoolVar(&opts.open, "open", false, "stop after reading the file")
	flag.StringVar(&opts.pins, "pins", "", "the `folder` on a bpffs for maps pinned by name")
	flag.StringVar(&opts.set, "set", "", "a variable and its new value, `NAME=NUMBER`")
	flag.StringVar(&opts.run, "run", "", "the `program` to test-run")
	flag.StringVar(&opts.packet, "packet", "0000000000000000000000000000", "the packet to run it on, in `hex`")
	flag.Parse()
	if flag.NArg() != 1 {
		flag.Usage()
		os.Exit(2)
	}
	out, err := judge(flag.Arg(0), opts)
	if err != nil {
		var refused *ebpf.VerifierError
		if errors.As(err, &refused) {
			fmt.Fprintf(os.Stderr, "%+v\n", refused) // the whole log, not its last line
		}
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if err := json.NewEncoder(os.Stdout).Encode(out); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func judge(file string, opts options) (*report, error) {
	spec, err := ebpf.LoadCollectionSpec(file)
	if err != nil {
		return nil, fmt.Errorf("spec: %w", err)
	}
	out := newReport()
	describe(spec, out)
	if opts.open {
		return out, nil
	}
	_ = rlimit.RemoveMemlock() // only kernels before 5.11 need it, and a container may forbid it
	collection, err := ebpf.NewCollectionWithOptions(spec, ebpf.CollectionOptions{
		Maps: ebpf.MapOptions{PinPath: opts.pins},
	})
	if err != nil {
		return nil, fmt.Errorf("collection: %w", err)
	}
	defer collection.Close()
	if err := askKernel(collection, out); err != nil {
		return nil, err
	}
	if opts.set != "" {
		if err := setVariable(collection, opts.set); err != nil {
			return nil, err
		}
	}
	if opts.run != "" {
		retval, err := testRun(collection, opts.run, opts.packet)
		if err != nil {
			return nil, err
		}
		out.Kernel.Retval = &retval
	}
	return out, readVariables(collection, out)
}

func setVariable(collection *ebpf.Collection, assignment string) error {
	name, text, _ := strings.Cut(assignment, "=")
	variable := collection.Variables[name]
	if variable == nil {
		return fmt.Errorf("no variable %q", name)
	}
	number, err := strconv.ParseUint(text, 0, 64)
	if err != nil {
		return err
	}
	return variable.Set(binary.LittleEndian.AppendUint64(nil, number)[:variable.Size()])
}

func testRun(collection *ebpf.Collection, name string, packet string) (uint32, error) {
	loaded := collection.Programs[name]
	if loaded == nil {
		return 0, fmt.Errorf("no program %q", name)
	}
	var opts ebpf.RunOptions
	if kind := loaded.Type(); kind != ebpf.Syscall && kind != ebpf.RawTracepoint {
		data, err := hex.DecodeString(packet)
		if err != nil {
			return 0, err
		}
		opts.Data = data
	}
	retval, err := loaded.Run(&opts)
	if err != nil {
		return 0, fmt.Errorf("test run: %w", err)
	}
	return retval, nil
}

func readVariables(collection *ebpf.Collection, out *report) error {
	for name, variable := range collection.Variables {
		value := make([]byte, variable.Size())
		err := variable.Get(value)
		if errors.Is(err, ebpf.ErrNotSupported) {
			continue // a section without global variables has no mmap
		}
		if err != nil {
			return fmt.Errorf("variable %q: %w", name, err)
		}
		out.Kernel.Variables[name] = hex.EncodeToString(value)
	}
	return nil
}

func describe(spec *ebpf.CollectionSpec, out *report) {
	for _, name := range sortedKeys(spec.Programs) {
		prog := spec.Programs[name]
		slots := 0
		for _, insn := range prog.Instructions {
			slots += int(insn.Size()) / 8
		}
		out.Spec.Programs = append(out.Spec.Programs, programSpec{
			Name: prog.Name, Section: prog.SectionName, Type: prog.Type.String(), AttachTo: prog.AttachTo,
			License: prog.License, BigEndian: prog.ByteOrder.String() == "BigEndian", Slots: slots,
		})
	}
	for _, name := range sortedKeys(spec.Maps) {
		m := spec.Maps[name]
		out.Spec.Maps = append(out.Spec.Maps, mapSpec{
			Name: m.Name, Type: m.Type.String(), KeySize: m.KeySize, ValueSize: m.ValueSize, MaxEntries: m.MaxEntries,
			Flags: uint32(m.Flags), Pinning: m.Pinning.String(), Key: typeName(m.Key), Value: typeName(m.Value),
			Contents: len(m.Contents),
		})
	}
}

func typeName(t btf.Type) string {
	if t == nil {
		return ""
	}
	return t.TypeName()
}

func askKernel(collection *ebpf.Collection, out *report) error {
	for _, name := range sortedKeys(collection.Programs) {
		info, err := collection.Programs[name].Info()
		if err != nil {
			return fmt.Errorf("info of program %q: %w", name, err)
		}
		id, _ := info.ID()
		btfID, _ := info.BTFID()
		funcs, err := info.FuncInfos()
		if err != nil && !errors.Is(err, ebpf.ErrNotSupported) {
			return fmt.Errorf("func infos of %q: %w", name, err)
		}
		lines, err := info.LineInfos()
		if err != nil && !errors.Is(err, ebpf.ErrNotSupported) {
			return fmt.Errorf("line infos of %q: %w", name, err)
		}
		out.Kernel.Programs = append(out.Kernel.Programs, program{
			Name: name, ID: uint32(id), Type: info.Type.String(), Tag: info.Tag, BtfID: uint32(btfID),
			FuncInfos: len(funcs), LineInfos: len(lines),
		})
	}
	for _, name := range sortedKeys(collection.Maps) {
		info, err := collection.Maps[name].Info()
		if err != nil {
			return fmt.Errorf("info of map %q: %w", name, err)
		}
		id, _ := info.ID()
		btfID, _ := info.BTFID()
		out.Kernel.Maps = append(out.Kernel.Maps, mapInKernel{
			Name: name, ID: uint32(id), Type: info.Type.String(), BtfID: uint32(btfID),
		})
	}
	return nil
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	return keys
}
