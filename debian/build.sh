#!/bin/sh
# A Debian package from what was built: sh debian/build.sh BUILD VERSION FOLDER
# It is made in a copy of the sources, so that nothing is left among them.
set -eu
build=$(cd "$1" && pwd)
version=$2
rm -rf "$3"
mkdir -p "$3"
folder=$(cd "$3" && pwd)
stage=$folder/retail-pulse-$version
mkdir -p "$stage"
tar -c --exclude=./build --exclude="*.deb" --exclude=./.git . | tar -x -C "$stage"

# What [build] lists is what building depends on, but for what every Debian builder has.
needed=$(awk '/^\[/ { on = $0 == "[build]"; next } on && NF && !/^#/ && !/^(gcc|libc6-dev|make)$/' packages.debian | paste -s -d , | sed 's/,/, /g')
sed "s/@BUILD@/$needed/" debian/control.in >"$stage/debian/control"
rm "$stage/debian/control.in"

cd "$stage"
[ "$(dpkg-parsechangelog -S Version)" = "$version" ] || {
    echo "debian/changelog tells of another version than $version" >&2
    exit 1
}
if ! RETAIL_PULSE_BUILD=$build DEB_BUILD_OPTIONS=noautodbgsym dpkg-buildpackage -b -us -uc >"$folder/log" 2>&1; then
    tail -n 30 "$folder/log" >&2
    exit 1
fi
cd ..
rm -rf "$stage"
ls "$folder"/*.deb
