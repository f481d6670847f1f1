# loadline: two commands do everything on a fresh machine with a Swift toolchain:
#   make demo    installs the Debian packages that are missing, builds, opens the dashboard on demo jobs
#   make test    the same for the tests
#   make test-vm the same for those that need a kernel with cgroup v2, or systemd: in virtual machines

PREFIX ?= /usr/local
SWIFT ?= swift
SHELL = /bin/bash
RELEASE = -c release --static-swift-stdlib --disable-sandbox
BINARY = .build/release/loadline
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)

# $(call need,PACKAGE…): installs what is missing, asking for root only then.
need = missing=$$(for p in $(1); do dpkg-query -W -f '$${Status}' $$p 2>/dev/null | grep -q 'install ok installed' || echo $$p; done); \
	[ -z "$$missing" ] || { echo "installing: $$missing"; \
	$(SUDO) apt-get install -y --no-install-recommends $$missing >/dev/null || \
	{ $(SUDO) apt-get update >/dev/null && $(SUDO) apt-get install -y --no-install-recommends $$missing >/dev/null; }; }

.PHONY: demo run test test-vm bench lint install build packages test-build test-packages clean

demo: build
	@$(BINARY) demo

run: build
	@$(BINARY)

build: packages
	@$(SWIFT) build $(RELEASE) --product loadline

packages:
	@$(call need,libncurses-dev)

test-packages:
	@$(call need,libncurses-dev tmux python3 procps)

test-build: test-packages
	$(SWIFT) build --build-tests --explicit-target-dependency-import-check error

# What failed is said again at the end, where it is looked for.
test: test-build
	@log=$$(mktemp) && trap 'rm -f "$$log"' EXIT && \
	if $(SWIFT) test --skip-build 2>&1 | tee "$$log"; [ "$${PIPESTATUS[0]}" -eq 0 ]; then :; \
	else printf '\nfailed:\n'; grep -aE '(✘|error:|↳)' "$$log" | head -200; exit 1; fi

test-vm: test-build build
	@Tests/VM/test

bench: build
	@Benchmarks/run

lint:
	$(SWIFT) format lint --strict --recursive Package.swift Sources Tests Benchmarks

install: build
	install -D -s -m 755 $(BINARY) $(DESTDIR)$(PREFIX)/bin/loadline
	install -d $(DESTDIR)$(PREFIX)/share/loadline/themes
	install -m 644 themes/*.toml $(DESTDIR)$(PREFIX)/share/loadline/themes/
	install -D -m 644 docs/loadline.1 $(DESTDIR)$(PREFIX)/share/man/man1/loadline.1
	install -d $(DESTDIR)$(PREFIX)/share/bash-completion/completions $(DESTDIR)$(PREFIX)/share/zsh/site-functions $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d
	$(BINARY) --generate-completion-script bash >$(DESTDIR)$(PREFIX)/share/bash-completion/completions/loadline
	$(BINARY) --generate-completion-script zsh >$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_loadline
	$(BINARY) --generate-completion-script fish >$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/loadline.fish

clean:
	$(SWIFT) package clean
