// Writes a large, real heap profile: every allocation of a type check of the Go standard library,
// sampled at rate 1, so that no stack is missed. Standard library only; needs no network.
//
//	go run bench/big-heap-profile.go OUT.pprof.gz
package main

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"runtime"
	"runtime/pprof"
)

var packages = []string{"encoding/json"}

func main() {
	runtime.MemProfileRate = 1
	// Kept until the profile is written: live and freed allocations both appear.
	var kept []*types.Package
	for _, path := range packages {
		checked, err := check(path)
		if err != nil {
			fmt.Fprintln(os.Stderr, path, err)
			continue
		}
		kept = append(kept, checked)
	}
	out, err := os.Create(os.Args[1])
	if err != nil {
		panic(err)
	}
	if err := pprof.Lookup("heap").WriteTo(out, 0); err != nil {
		panic(err)
	}
	out.Close()
	runtime.KeepAlive(kept)
}

// The importer "source" parses and checks every dependency from source.
func check(path string) (*types.Package, error) {
	files := token.NewFileSet()
	source := importer.ForCompiler(files, "source", nil)
	folder := runtime.GOROOT() + "/src/" + path
	parsed, err := parser.ParseDir(files, folder, func(f os.FileInfo) bool {
		name := f.Name()
		return len(name) < 8 || name[len(name)-8:] != "_test.go"
	}, parser.ParseComments)
	if err != nil {
		return nil, err
	}
	config := types.Config{Importer: source, Error: func(error) {}}
	for _, pkg := range parsed {
		var syntax []*ast.File
		for _, file := range pkg.Files {
			syntax = append(syntax, file)
		}
		checked, _ := config.Check(path, files, syntax, nil)
		return checked, nil
	}
	return nil, fmt.Errorf("no package in %s", folder)
}
