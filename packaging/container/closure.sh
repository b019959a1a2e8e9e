#!/bin/sh
# Copy what Congthu needs of a Debian 13 into a folder that becomes the whole image: Python, libraries by what asks for them,
# data. No program but Python is among it. Usage: closure.sh DIR
set -eu
image=$1
mkdir -p "$image/etc/congthu" "$image/proc" "$image/dev" "$image/sys" "$image/run" "$image/tmp" "$image/usr/bin" "$image/usr/lib" "$image/usr/share" "$image/var/cache/congthu"
for link in bin lib lib64; do ln -s "usr/$link" "$image/$link"; done
rm -rf /usr/lib/congthu/3.11
cp -a --parents /usr/bin/python3.13 /usr/lib/congthu /usr/lib/python3.13 "$image"
rm -rf "$image"/usr/lib/python3.13/ensurepip "$image"/usr/lib/python3.13/idlelib
cp -a --parents /usr/share/tesseract-ocr /usr/share/zoneinfo /usr/share/doc/congthu /etc/ssl/certs/ca-certificates.crt "$image"
libraries=/usr/lib/x86_64-linux-gnu
find /usr/lib/congthu /usr/lib/python3.13 "$libraries"/libtesseract.so.5* "$libraries"/libarchive.so.13* "$libraries"/libnss_dns.so.2 \
  "$libraries"/libnss_files.so.2 /usr/bin/python3.13 -type f \( -name '*.so*' -o -name python3.13 \) -exec ldd {} + 2>/dev/null |
  awk '$2 == "=>" && $3 ~ /^\/(usr\/)?lib\// {print $3} $1 ~ /^\/lib64\// {print $1}' |
  grep -v '^/usr/lib/congthu/' | sort -u > /tmp/libraries
echo "$libraries/libtesseract.so.5" >> /tmp/libraries
echo "$libraries/libarchive.so.13" >> /tmp/libraries
while read -r file; do
  mkdir -p "$image/usr/lib/x86_64-linux-gnu" "$image/usr/lib64"
  case $file in
    */ld-linux-x86-64.so.2) cp -L "$file" "$image/usr/lib64/" ;;
    *) cp -L "$file" "$image/usr/lib/x86_64-linux-gnu/" ;;
  esac
done < /tmp/libraries
echo 'congthu:x:10025:10025:Congthu:/:/usr/sbin/nologin' > "$image/etc/passwd"
echo 'congthu:x:10025:' > "$image/etc/group"
echo 'hosts: files dns' > "$image/etc/nsswitch.conf"
cp /etc/services "$image/etc/" 2>/dev/null || true
chown -R 10025:10025 "$image/var/cache/congthu"
chmod 1777 "$image/tmp"
