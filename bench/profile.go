package main

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"runtime/pprof"
)

// profilesEnv names a folder for the profiles of each measured server, and of
// its syncs by themselves: where the processor time goes, and what is held at
// the end. Measurements are slower with them.
const profilesEnv = "AUDIPY_BENCH_PROFILES"

// profiled runs a server, and writes its profiles where somebody asks for them.
func profiled(run func() error) error {
	folder := os.Getenv(profilesEnv)
	if folder == "" {
		return run()
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	base := fmt.Sprintf("server-%d", os.Getpid())
	cpu, err := root.Create(base + ".cpu")
	if err != nil {
		return err
	}
	if err := pprof.StartCPUProfile(cpu); err != nil {
		return errors.Join(err, cpu.Close())
	}
	err = run()
	pprof.StopCPUProfile()
	heap, createErr := root.Create(base + ".heap")
	if createErr != nil {
		return errors.Join(err, createErr, cpu.Close())
	}
	runtime.GC()
	return errors.Join(err, pprof.WriteHeapProfile(heap), heap.Close(), cpu.Close())
}
