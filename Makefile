# Every target is one line here and a command of xtask there; docs/BUILD.md explains them.

.DEFAULT_GOAL := help
.PHONY: help run build test lighthouse bench torture check xtask

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

run: xtask ## install what is missing, build, and serve the demonstration on http://127.0.0.1:3000
	@cargo xtask run

build: xtask ## install what is missing and build target/release/jinquan, which needs nothing beside it
	@cargo xtask build

test: xtask ## install what is missing and run every test: unit, both engines, HTTP, browser, faults
	@cargo xtask test

lighthouse: xtask ## Lighthouse on the landing page: each score at least 95
	@cargo xtask lighthouse

bench: xtask ## the side-by-side benchmark; WITH="--rounds 1 --only sqlite,postgres" chooses
	@cargo xtask bench $(WITH)

torture: xtask ## the long fault runs; WITH="--seed 7 --only postgres" chooses
	@cargo xtask torture $(WITH)

check: xtask ## format, lints (server and browser), documents, dependency policy
	@cargo xtask check

# The tool itself, with cargo's own progress.
xtask:
	@command -v cargo >/dev/null || { echo 'cargo is missing; install Rust from https://rustup.rs' >&2; exit 1; }
	@cargo build --package xtask
