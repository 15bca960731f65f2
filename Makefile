# Every command that CI runs, one name each. Run `make help`.

GO ?= go
FUZZTIME ?= 10s

.DEFAULT_GOAL := help

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

web: ## build the web application into web/dist
	scripts/web build

build: web ## build the program, pages included, into bin/
	scripts/build

release: web components ## archives for every platform, with checksums, into dist/
	scripts/build release

packaging: ## look at units, image and proxy examples with the programs that read them
	scripts/packaging

demo: web ## the pages at http://localhost:2834 with simulated data; no Amazon account needed
	$(GO) run ./cmd/audipy demo

screenshots: web ## every page and its states at two sizes in both themes, into dist/screenshots
	AUDIPY_SCREENSHOTS=$(CURDIR)/dist/screenshots $(GO) test ./e2e -run 'TestThePages|TestPictures|TestEvery' -count 1

test: ## every test, PostgreSQL and a browser included
	scripts/test

race: ## the race pass alone: the packages that share state, small loops
	scripts/test race

lint: ## the rules of the layout and of CONTRIBUTING.md
	scripts/lint

fmt: ## write the code as the linter wants it
	scripts/lint fmt

fuzz: ## every fuzz target for FUZZTIME (10s) each
	FUZZTIME=$(FUZZTIME) scripts/fuzz

bench: ## every measurement
	scripts/bench

lighthouse: web ## the pages of the demo by Lighthouse: at least 95 for access and practices
	scripts/lighthouse

bench-quick: ## every measurement once, to see that all of them run
	scripts/bench quick

chaos: ## the kill tests with 100 kills instead of 20
	scripts/chaos

founding: ## what was asked for, row by row, with the tests that prove it
	$(GO) run ./bench/founding

asvs: ## how many requirements of the security standard are proven, by chapter
	$(GO) run ./bench/asvs

components: ## which packages that AudiPy is made of have known holes?
	scripts/components

mutations: ## take security controls out one by one: do the tests notice?
	$(GO) run ./bench/mutations

clean: ## remove what the other commands built
	rm -rf bin dist web/node_modules
	find web/dist -mindepth 1 ! -name .gitkeep -delete
	$(GO) clean -testcache

.PHONY: help web build release packaging demo screenshots test race lint fmt fuzz bench lighthouse bench-quick chaos founding asvs components mutations clean
