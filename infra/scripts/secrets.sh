#!/usr/bin/env bash
# Sets the secrets that the vault does not have yet: makes those that can be made, asks for the others.
# KEY_VAULT_NAME says which vault. What is there stays as it is, so it can be run again at any time.
# ROOMS_API_KEY gives the key without a question; --dry-run changes nothing.
#
#   KEY_VAULT_NAME=… infra/scripts/secrets.sh [--dry-run]
# shellcheck source=infra/scripts/common.sh
. "$(dirname "$0")/common.sh"
takes_none
needs_az
vault=$(needed KEY_VAULT_NAME)

# A role takes some minutes to arrive: so long nothing can be read, which does not mean that nothing is there.
tries=${SECRETS_TRIES:-20}
pause_s=${SECRETS_PAUSE_S:-30}

# Values go through a file that only this user can read, never through the list of processes.
file=$(umask 077 && mktemp)
trap 'rm -f "$file"' EXIT

has() {
    left=$tries
    until told=$(az keyvault secret show --vault-name "$vault" --name "$1" --query id --output tsv 2>&1); do
        case $told in
            *SecretNotFound*) return 1 ;;
            *"az login"*) fail "az is not signed in: az login" ;;
        esac
        left=$((left - 1))
        [ "$left" -gt 0 ] || fail "$1 cannot be read, so it is not set either: is the role Key Vault Secrets Officer there, and the vault $vault reachable? az says: $told"
        echo "$1: cannot be read yet, once more in $pause_s s"
        sleep "$pause_s"
    done
}

keep() {
    if [ -n "$dry_run" ]; then
        echo "would set: $1"
        return
    fi
    printf %s "$2" >"$file"
    az keyvault secret set --vault-name "$vault" --name "$1" --file "$file" --encoding utf-8 --output none ||
        fail "$1 could not be set: is the role Key Vault Secrets Officer there? One that was deleted comes back by: az keyvault secret recover --vault-name $vault --name $1"
    echo "$1: set"
}

random() {
    made=$(head -c 32 /dev/urandom | base64 | tr -d '\n')
    [ "${#made}" -eq 44 ] || fail "no secret could be made: /dev/urandom or base64 does not work here"
    printf %s "$made"
}

if ! has rooms-webhook-secrets; then
    made=$(random)
    keep rooms-webhook-secrets "whsec_$made"
fi
if ! has fingerprint-keys; then
    made=$(random)
    keep fingerprint-keys "1:$made"
fi
if ! has rooms-api-key; then
    key=${ROOMS_API_KEY:-}
    if [ -z "$key$dry_run" ] && [ -t 0 ]; then
        printf 'API key of ROOMS (is not shown): '
        read -rs key || true
        echo
    fi
    [ -n "$key$dry_run" ] || fail "rooms-api-key is missing: set ROOMS_API_KEY for this one call, or run me in a terminal"
    keep rooms-api-key "$key"
fi
did "secrets: all there; further ones: az keyvault secret set, and their names in furtherSecrets"
