# shellcheck shell=bash disable=SC2034
# What the scripts share; read by them, not run. Needs the Azure CLI, signed in (az login).

set -eu

dry_run=""

fail() {
    echo "${0##*/}: $*" >&2
    exit 1
}

# Does what changes something; with --dry-run it is only said.
change() {
    if [ -n "$dry_run" ]; then
        echo "would run: $*"
    else
        "$@"
    fi
}

needs_az() {
    command -v az >/dev/null || fail "the Azure CLI is missing: install it and say az login"
}

# The value of a variable; azd gives outputs of the deployment by these names.
needed() {
    eval "value=\${$1:-}"
    [ -n "$value" ] || fail "$1 is not set: azd env get-values tells it, or the outputs of the deployment"
    printf %s "$value"
}
