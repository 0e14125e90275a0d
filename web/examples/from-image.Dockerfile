# COPY --from also takes an image that is not in the file: no stage, no RUN curl.
FROM alpine:3.20 AS tools
COPY --from=docker:27-cli /usr/local/bin/docker /usr/local/bin/
COPY --from=hashicorp/terraform:1.9 /bin/terraform /usr/local/bin/
COPY --from=bitnami/kubectl:1.31 /opt/bitnami/kubectl/bin/kubectl /usr/local/bin/

FROM tools
RUN apk add --no-cache bash git
WORKDIR /infra
CMD ["bash"]
