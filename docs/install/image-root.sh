#!/bin/sh
# image-root.sh PROGRAMS ROOT: lays out the file system of the image from the two programs.
set -eu
programs=$1
root=$2

mkdir -p "$root/usr/local/bin" "$root/app/config" "$root/app/backups" "$root/app/logs" "$root/tmp"
cp "$programs/traefik-manager" "$programs/traefik-manager-socket-proxy" "$root/usr/local/bin/"
# `docker exec … flask reset-password` is what people have in their notes from 1.5.2.
ln -sf traefik-manager "$root/usr/local/bin/flask"
chmod 1777 "$root/tmp"
# Whoever runs the program writes these two where nothing is mounted over them.
chown -R 1000:1000 "$root/app"
