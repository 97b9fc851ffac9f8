# Lists the recipes.
default:
    @just --list

# Starts the manager with its state under ./data.
run *arguments:
    cargo run --release -- {{arguments}}

# Runs all tests; those that need Traefik or Chromium say so when they are missing.
test:
    cargo test --workspace

# Finds what the compiler lets pass.
lint:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets -- -D warnings

# Formats the code.
fmt:
    cargo fmt --all

# Builds the documentation and refuses broken links.
doc:
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps

# Kills writers in the middle of 10,000 saves in each way of writing; with TORTURE_FOLDER, on the disk that it is on.
torture saves="10000":
    TORTURE_SAVES={{saves}} cargo test --release -p traefik-manager-storage-fs --test torture -- --nocapture

# Makes a million random edits of files as people write them, and judges each.
lossless edits="1000000":
    LOSSLESS_EDITS={{edits}} cargo test --release -p traefik-manager-yaml --test yaml lossless -- --nocapture

# Puts 10,000 changed configurations to every Traefik that PyPI has, and writes docs/oracle.md.
oracle mutants="10000":
    .ci/traefiks target/traefik
    ORACLE_TRAEFIKS={{justfile_directory()}}/target/traefik ORACLE_MUTANTS={{mutants}} \
        ORACLE_REPORT={{justfile_directory()}}/docs/oracle.md ORACLE_DETAILS={{justfile_directory()}}/target/oracle.txt \
        cargo test -p traefik-manager --test oracle

# Puts what schemathesis makes of openapi.yaml to the running program.
fuzz *arguments:
    .ci/schemathesis {{arguments}}

# Measures what it costs, against what the machine can do.
bench:
    cargo bench -p traefik-manager

# Checks licences and what may be depended on; needs cargo-deny.
deny:
    cargo deny check bans licenses sources

# All that must hold, with the real Traefik and Chromium.
ci:
    .ci/run

# Builds the two programs without any library to link to, in target/x86_64-unknown-linux-musl/release.
static:
    cargo build --release --target x86_64-unknown-linux-musl -p traefik-manager -p traefik-manager-socket-proxy

# Makes the pictures of docs/screenshots anew; needs Traefik, Chromium and Pillow.
pictures *folder:
    .ci/pictures {{folder}}

# Lays the container image out as the Dockerfile does, and lives with it for a moment; needs podman.
image:
    .ci/image release
