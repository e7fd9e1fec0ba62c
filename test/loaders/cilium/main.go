// The cilium/ebpf harness: reads an object file the way Go programs do, creates the collection in the kernel and tells
// in one JSON document what it saw in the file ("spec") and what the kernel then holds ("kernel").
//
//	cilium-judge [-open] [-pins FOLDER] [-run PROGRAM] FILE
//
// -open stops after the spec (an object of the other byte order cannot be loaded); -run does one BPF_PROG_TEST_RUN with
// 14 zero bytes, the least that XDP takes. All that was made goes with the process, but for pins.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"sort"

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
		Programs []program     `json:"programs"`
		Maps     []mapInKernel `json:"maps"`
		Retval   *uint32       `json:"retval,omitempty"`
	} `json:"kernel"`
}

// newReport has lists that print as [] where nothing was found.
func newReport() *report {
	out := new(report)
	out.Spec.Programs = []programSpec{}
	out.Spec.Maps = []mapSpec{}
	out.Kernel.Programs = []program{}
	out.Kernel.Maps = []mapInKernel{}
	return out
}

func main() {
	openOnly := flag.Bool("open", false, "stop after reading the file")
	pins := flag.String("pins", "", "the `folder` on a bpffs for maps pinned by name")
	run := flag.String("run", "", "the `program` to test-run")
	flag.Parse()
	if flag.NArg() != 1 {
		flag.Usage()
		os.Exit(2)
	}
	out, err := judge(flag.Arg(0), *openOnly, *pins, *run)
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

func judge(file string, openOnly bool, pins string, run string) (*report, error) {
	spec, err := ebpf.LoadCollectionSpec(file)
	if err != nil {
		return nil, fmt.Errorf("spec: %w", err)
	}
	out := newReport()
	describe(spec, out)
	if openOnly {
		return out, nil
	}
	_ = rlimit.RemoveMemlock() // only kernels before 5.11 need it, and a container may forbid it
	collection, err := ebpf.NewCollectionWithOptions(spec, ebpf.CollectionOptions{
		Maps: ebpf.MapOptions{PinPath: pins},
	})
	if err != nil {
		return nil, fmt.Errorf("collection: %w", err)
	}
	defer collection.Close()
	if err := askKernel(collection, out); err != nil {
		return nil, err
	}
	if run != "" {
		loaded := collection.Programs[run]
		if loaded == nil {
			return nil, fmt.Errorf("no program %q", run)
		}
		retval, _, err := loaded.Test(make([]byte, 14))
		if err != nil {
			return nil, fmt.Errorf("test run: %w", err)
		}
		out.Kernel.Retval = &retval
	}
	return out, nil
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
