# Functions of the scripts that need PostgreSQL's programs and others: finds the programs, and installs those that are
# missing. Sourced, not run.

# postgres_programs NAME...: prints the folder of the newest installed programs of PostgreSQL that has these.
postgres_programs() {
    local folder name
    for folder in $(ls -d /usr/lib/postgresql/*/bin /usr/pgsql-*/bin 2>/dev/null | sort -rV) \
        "$(dirname "$(command -v initdb 2>/dev/null || echo /nonexistent/initdb)")"; do
        for name in "$@"; do
            [ -x "$folder/$name" ] || continue 2
        done
        echo "$folder"
        return
    done
    return 1
}

# install_packages NAME...: installs Debian packages, if run as root on Debian. Elsewhere, prints the command that
# installs them, and fails.
install_packages() {
    [ $# -gt 0 ] || return 0
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        echo "programs are missing. Install them (these are Debian's names):  apt-get install $*" >&2
        return 1
    fi
    echo "installing $*" >&2
    apt-get update -q || return
    # Prevents the package from creating and starting a cluster of its own.
    mkdir -p /etc/postgresql-common
    [ -e /etc/postgresql-common/createcluster.conf ] ||
        echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
    (
        # Prevents packages from starting services.
        if [ ! -e /usr/sbin/policy-rc.d ]; then
            trap 'rm -f /usr/sbin/policy-rc.d' EXIT
            printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
            chmod 755 /usr/sbin/policy-rc.d
        fi
        DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends "$@"
    )
}
