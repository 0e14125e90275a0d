# syntax=docker/dockerfile:1
# Here-documents hold whole scripts and files: one step each, however long they are.
FROM nginx:1.27-alpine AS site
COPY <<INDEX /usr/share/nginx/html/index.html
<!doctype html>
<title>It works</title>
INDEX
COPY <<"CONF" /etc/nginx/conf.d/default.conf
server {
  listen 8080;
  root /usr/share/nginx/html;
  location /health { return 200 "ok"; }
}
CONF

FROM site AS smoke-test
RUN <<SCRIPT
set -e
nginx -t
nginx
wget -q -O - http://localhost:8080/health
SCRIPT

FROM site
EXPOSE 8080
