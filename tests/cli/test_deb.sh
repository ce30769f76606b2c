# The Debian package: built, looked at by lintian, installed below a scratch root, run, upgraded, removed.
. tests/cli/common.sh
build=$(dirname "$RETAIL_PULSE_PROGRAM")
for tool in dpkg-buildpackage dh dpkg-shlibdeps; do
    command -v $tool >/dev/null || { echo "skip - the Debian package: there is no $tool"; exit 0; }
done
if is_instrumented; then
    echo "skip - the Debian package: once is enough, without the tools"
    exit 0
fi
version=$(sed -n 's/^VERSION := //p' Makefile)

builds() { sh debian/build.sh "$build" "$version" "$work/deb" && [ -s "$work/deb/retail-pulse_${version}_$(dpkg --print-architecture).deb" ]; }
check "the package builds from what make built" builds
deb=$(ls "$work"/deb/*.deb 2>/dev/null)
[ -n "$deb" ] || exit 1
if command -v lintian >/dev/null; then
    check "lintian has nothing to say" sh -c 'lintian --allow-root --fail-on error,warning "$1" >"$2" 2>&1; status=$?; cat "$2"; [ $status -eq 0 ] && ! grep -q "^[EW]:" "$2"' lint "$(ls "$work"/deb/*.changes)" "$work/lintian"
else
    echo "skip - lintian has nothing to say: there is no lintian"
fi
needs() { # the library's package, with the version that has what is called
    dpkg-deb -f "$deb" Depends >"$work/depends"
    for library in libsqlite3-0 libxgboost libgsl libcsv3 libncursesw6 libjansson4 libnettle libzstd1 zlib1g; do
        grep -qE "(^|, )$library[0-9]*( |,|\$)" "$work/depends" || { echo "no $library in"; cat "$work/depends"; return 1; }
    done
}
check "it depends on its libraries" needs

unpacked=$work/unpacked
dpkg-deb -x "$deb" "$unpacked" && dpkg-deb -e "$deb" "$work/scripts"
unit=$(find "$unpacked" -name retail-pulse.service)
if "$plain" --help | grep -q '^  serve '; then
    line=$(sed -n 's/^ExecStart=//p' "$unit")
    starts() { [ "${line%% *}" = /usr/bin/retail-pulse ] && "$unpacked"$line --help | grep -q -e '--allow-sales'; }
    check "the service's command line is one of the program's" starts
else
    echo "skip - the service's command line is one of the program's: it does not serve"
fi
if command -v systemd-analyze >/dev/null; then
    hardened() { systemd-analyze security --offline=true --no-pager --threshold=20 "$unit"; }
    check "systemd finds the service's exposure to be at most 2 of 10" hardened
else
    echo "skip - systemd finds the service's exposure to be at most 2 of 10: there is no systemd-analyze"
fi

root=$work/root
if [ "$(id -u)" = 0 ]; then
    mkdir -p "$root/var/lib/dpkg/info" "$root/var/lib/dpkg/updates" "$root/var/lib/dpkg/triggers" "$root/var/log"
    : >"$root/var/lib/dpkg/status"
    # Its dependencies are in this machine's root, not in the scratch one.
    package() { dpkg --root="$root" --log="$work/dpkg.log" --force-depends --force-script-chrootless --force-not-root "$@" >"$work/dpkg.out" 2>&1 || { cat "$work/dpkg.out"; return 1; }; }
else
    package() { :; }
    mkdir -p "$root" && dpkg-deb -x "$deb" "$root"
fi
program=$root/usr/bin/retail-pulse
runs() {
    "$program" --version | head -n 1 | grep -qx "retail-pulse $version" && "$plain" sample --rows 400 --seed 5 >"$work/sales.csv" &&
        "$program" --db "$root/srv/shop.db" import --quiet "$work/sales.csv" && "$program" --db "$root/srv/shop.db" overview | grep -q 400
}
mkdir -p "$root/srv"
installs() { package --install "$deb" && [ -x "$program" ] && [ -s "$root/usr/share/man/man1/retail-pulse.1.gz" ] && gzip -t "$root/usr/share/man/man1/retail-pulse.1.gz"; }
check "it installs" installs
check "what was installed runs" runs
asked_for() { # enabling makes links, below the scratch root as well
    [ -s "$unit" ] && [ -s "${unit%.service}.socket" ] && ! grep -E 'systemd-invoke .*start' "$work/scripts/postinst" &&
        [ -z "$(find "$root/etc/systemd" -name '*retail*' 2>/dev/null)" ]
}
check "the service is not enabled or started by being installed" asked_for
if [ "$(id -u)" = 0 ]; then
    upgrades() {
        dpkg-deb -R "$deb" "$work/newer" && sed -i "s/^Version: .*/Version: $version+1/" "$work/newer/DEBIAN/control" &&
            dpkg-deb --root-owner-group -b "$work/newer" "$work/newer.deb" >/dev/null && package --install "$work/newer.deb" &&
            dpkg-query --admindir="$root/var/lib/dpkg" -W -f '${Version}' retail-pulse | grep -qFx "$version+1" && "$program" --db "$root/srv/shop.db" doctor >/dev/null
    }
    check "it upgrades over itself, and the data are whole" upgrades
    leaves() {
        cp "$root/srv/shop.db" "$work/before.db"
        package --remove retail-pulse && package --purge retail-pulse || return 1
        [ ! -e "$program" ] && [ -z "$(find "$root" -name '*retail*')" ] && cmp "$work/before.db" "$root/srv/shop.db"
    }
    check "removed and purged, nothing of it is left, and the data are" leaves
else
    echo "skip - upgrade and removal: dpkg wants root"
fi
