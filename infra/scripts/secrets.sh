#!/usr/bin/env bash
# Sets the secrets that the vault does not have yet: makes those that can be made, asks for the others.
# KEY_VAULT_NAME says which vault. What is there stays as it is, so it can be run again at any time.
# ROOMS_API_KEY gives the key without a question; --dry-run changes nothing.
. "$(dirname "$0")/common.sh"
[ "${1:-}" = --dry-run ] && dry_run=1
needs_az
vault=$(needed KEY_VAULT_NAME)

# A role takes some minutes to arrive: so long nothing can be read, which does not mean that nothing is there.
tries=${SECRETS_TRIES:-20}
pause_s=${SECRETS_PAUSE_S:-30}

has() {
    left=$tries
    until told=$(az keyvault secret show --vault-name "$vault" --name "$1" --query id --output tsv 2>&1); do
        case $told in *SecretNotFound*) return 1 ;; esac
        left=$((left - 1))
        [ "$left" -gt 0 ] || fail "$1 cannot be read, so it is not set either: is the role Key Vault Secrets Officer there, and the vault reachable?"
        echo "$1: cannot be read yet, once more in $pause_s s"
        sleep "$pause_s"
    done
}

# The value goes through a file that only this user can read, never through the list of processes.
keep() {
    file=$(umask 077 && mktemp)
    cat >"$file"
    change az keyvault secret set --vault-name "$vault" --name "$1" --file "$file" --encoding utf-8 \
        --query id --output tsv || { rm -f "$file"; fail "$1 could not be set: is the role Key Vault Secrets Officer there?"; }
    rm -f "$file"
    echo "$1: set"
}

random() {
    head -c 32 /dev/urandom | base64 | tr -d '\n'
}

has rooms-webhook-secrets || printf 'whsec_%s' "$(random)" | keep rooms-webhook-secrets
has fingerprint-keys || printf '1:%s' "$(random)" | keep fingerprint-keys
if ! has rooms-api-key; then
    key=${ROOMS_API_KEY:-}
    if [ -z "$key" ] && [ -t 0 ]; then
        printf 'API key of ROOMS (is not shown): '
        read -rs key
        echo
    fi
    [ -n "$key" ] || fail "rooms-api-key is missing: set ROOMS_API_KEY for this one call, or run me in a terminal"
    printf %s "$key" | keep rooms-api-key
fi
echo "secrets: all there; further ones: az keyvault secret set, and their names in furtherSecrets"
