//! What of an instruction counts: the reference of BuildKit's keys, line by line.

#![cfg(test)]

use super::*;

/// What runs again when a line is put between FROM and the rest.
#[track_caller]
fn check_inserted(line: &str, expected: &[&str]) {
    let text = |line: &str| format!("FROM alpine\n{line}COPY --from=busybox a /a\nRUN x\nCOPY b.txt /b\n");
    check(&build(&text("")), &build(&text(&format!("{line}\n"))), expected);
}

#[test]
fn an_instruction_in_front_changes_what_its_kind_does() {
    for line in [
        "LABEL a=b",
        "EXPOSE 80",
        "CMD x",
        "ENTRYPOINT x",
        "STOPSIGNAL 9",
        "VOLUME /v",
        "HEALTHCHECK NONE",
        "ONBUILD RUN y",
        "MAINTAINER me",
        "ARG Z",
        "WORKDIR /",
        "# A comment",
    ] {
        check_inserted(line, &[]);
    }
    let below = "COPY b.txt: after RUN x";
    check_inserted("ENV A=1", &["RUN x: $A", below]);
    check_inserted("ARG A=1", &["RUN x: $A", below]);
    check_inserted("USER me", &["RUN x: user", below]);
    check_inserted("SHELL [\"/bin/bash\", \"-c\"]", &["RUN x: shell", below]);
    let copy = "COPY --from=busybox a";
    let (after_copy, after_run) = (format!("RUN x: folder, after {copy}"), format!("RUN x: after {copy}"));
    check_inserted("WORKDIR /w", &["WORKDIR: new", &format!("{copy}: after WORKDIR"), &after_copy, below]);
    check_inserted("RUN y", &["RUN y: new", &format!("{copy}: after RUN y"), &after_run, below]);
}

#[test]
fn the_environment_counts_with_its_order() {
    let with = |lines: &str| format!("FROM a\n{lines}RUN x\n");
    let edit = |first: &str, second: &str, expected: &[&str]| check_edit(&with(first), &with(second), expected);
    edit("ENV A=1\nENV B=2\n", "ENV B=2\nENV A=1\n", &["RUN x: order"]);
    edit("ENV A=1\nENV B=2\n", "ENV A=1 B=2\n", &[]);
    edit("ENV A=1\n", "ENV A=2\n", &["RUN x: $A"]);
    edit("ENV A=1\n", "ENV A='1'\n", &[]);
    edit("ENV A=1\n", "ARG A=1\n", &[]);
    edit("ENV A=1\n", "", &["RUN x: $A"]);
    edit("ENV A=1\nARG B=$A\n", "ENV A=1\nARG B=1\n", &[]);
}

#[test]
fn a_build_arg_counts_where_it_is_declared() {
    let text = "FROM a\nRUN one\nARG A\nRUN two\nCOPY a.txt /\n";
    check(&build(text), &build(text).arg("A", "1"), &["RUN two: $A", "COPY a.txt: after RUN two"]);
    check(&build(text).arg("A", "1"), &build(text).arg("A", "1"), &[]);
    // Undeclared ones, and those of proxies, do not count.
    check(&build(text), &build(text).arg("B", "1").arg("HTTP_PROXY", "p"), &[]);
    // One before FROM counts where it is used: in the name of an image, or where a stage declares it again.
    let text = "ARG V=1\nFROM a AS b\nRUN x\nFROM c:$V\nRUN y\nCOPY --from=b x /\n";
    let image = "FROM docker.io/library/c:2";
    let expected = [format!("{image}: source"), format!("RUN y: after {image}"), "COPY --from=b x: after RUN y".into()];
    check(&build(text), &build(text).arg("V", "2"), &expected.each_ref().map(String::as_str));
    let text = "ARG V=1\nFROM a\nRUN x\nARG V\nRUN y\n";
    check(&build(text), &build(text).arg("V", "2"), &["RUN y: $V"]);
}

#[test]
fn only_what_is_said_counts_of_an_instruction() {
    check_edit("FROM a\nRUN x\n", "# c\nfrom a as b\nrun   x\n", &[]);
    check_edit("FROM a\nRUN x \\\n  y\n", "FROM a\nRUN x   y\n", &[]);
    check_edit("FROM a\nRUN x\n", "FROM a\nRUN x  y\n", &["RUN x  y: text"]);
    check_edit("FROM a\nRUN x\n", "FROM a\nRUN [\"x\"]\n", &["RUN [\"x\"]: shell"]);
    check_edit("FROM a\nRUN x\n", "FROM docker.io/library/a:latest\nRUN x\n", &[]);
    let image = "FROM docker.io/library/a:2";
    let expected = [format!("{image}: source"), format!("RUN x: after {image}")];
    check_edit("FROM a\nRUN x\n", "FROM a:2\nRUN x\n", &expected.each_ref().map(String::as_str));
    check_edit(
        "FROM a\nWORKDIR /w\nRUN x\n",
        "FROM a\nWORKDIR /v\nRUN x\n",
        &["WORKDIR: text", "RUN x: folder, after WORKDIR"],
    );
}

#[test]
fn only_what_is_said_counts_of_a_copy() {
    let edit = |second: &str, expected: &[&str]| {
        check_edit("FROM a\nCOPY a.txt /x\n", &format!("FROM a\n{second}\n"), expected);
    };
    edit("COPY ./a.txt /x", &[]);
    edit("ENV F=a.txt\nCOPY $F /x", &[]);
    edit("USER me\nCOPY a.txt /x", &[]);
    edit("COPY a.txt /y", &["COPY a.txt: text"]);
    edit("ADD a.txt /x", &["ADD a.txt: text"]);
    edit("COPY --chown=1 a.txt /x", &["COPY --chown=1 a.txt: --chown"]);
    edit("COPY --chmod=600 a.txt /x", &["COPY --chmod=600 a.txt: --chmod"]);
    edit("COPY --exclude=b a.txt /x", &["COPY --exclude=b a.txt: --exclude"]);
}

#[test]
fn files_count_by_what_is_in_them() {
    let text = "FROM a\nCOPY a.txt /x\nCOPY src /src\n";
    check(&build(text), &build(text).file("b.txt", "2"), &[]);
    check(&build(text), &build(text).file("a.txt", "2"), &["COPY a.txt: ~a.txt", "COPY src: after COPY a.txt"]);
    check(&build(text), &build(text).file("src/new.c", "2"), &["COPY src: +src/new.c"]);
    check(&build(text), &build(text).without("src/one.c"), &["COPY src: -src/one.c"]);
    let renamed = build(text).without("src/one.c").file("src/1.c", "src/one.c");
    check(&build(text), &renamed, &["COPY src: +src/1.c -src/one.c"]);
    // The folder of a single file does not count.
    let moved = build("FROM a\nCOPY other/a.txt /x\n").file("other/a.txt", "a.txt");
    check(&build("FROM a\nCOPY a.txt /x\n"), &moved, &[]);
    let missing = ["COPY a.txt: \"/a.txt\": not found", "COPY src: not reached"];
    check(&build(text), &build(text).without("a.txt"), &missing);
}

#[test]
fn a_source_that_lies_in_another_has_to_be_there_too() {
    // The checksum is of the folder alone, but each of them is taken.
    let gone = |text: &str, line: &str| {
        let missing = format!("{line}: \"/a.txt\": not found");
        check(&build(text), &build(text).without("a.txt"), &[&missing]);
    };
    gone("FROM a\nCOPY . a.txt /x/\n", "COPY . a.txt");
    gone("FROM a\nCOPY a.txt src . /x/\n", "COPY a.txt src .");
    gone(
        "FROM a\nRUN --mount=target=/x --mount=target=/y,source=a.txt y\n",
        "RUN --mount=target=/x --mount=target=/y,source=a.txt y",
    );
}

#[test]
fn wildcards_take_what_they_match() {
    let text = "FROM a\nCOPY *.txt /x/\n";
    check(&build(text), &build(text).file("b.txt", "2"), &["COPY *.txt: ~b.txt"]);
    check(&build(text), &build(text).file("c.txt", "2"), &["COPY *.txt: +c.txt"]);
    check(&build(text), &build(text).file("src/c.txt", "2"), &[]);
    let text = "FROM a\nCOPY --exclude=*.md . /x/\n";
    check(&build(text), &build(text).file("read.md", "2"), &[]);
    check(&build(text), &build(text).file("read.txt", "2"), &["COPY --exclude=*.md .: +read.txt"]);
}

#[test]
fn what_dockerignore_leaves_out_does_not_count() {
    let text = "FROM a\nCOPY . /x\n";
    let ignoring = |patterns: &str| build(text).file(".dockerignore", patterns);
    check(&ignoring("src\n"), &ignoring("src\n").file("src/one.c", "2"), &[]);
    check(&ignoring(".dockerignore\n"), &ignoring(".dockerignore\nb.txt\n"), &["COPY .: -b.txt"]);
    check(&ignoring("*\n!a.txt\n"), &ignoring("*\n!a.txt\n").file("b.txt", "2"), &[]);
}

#[test]
fn a_linked_copy_does_not_wait_for_its_stage() {
    let text = |line: &str| format!("FROM a\n{line}COPY --link a.txt /x\nRUN x\n");
    let (copy, link) = ("COPY --link a.txt", "LINK COPY --link a.txt");
    let last = format!("RUN x: after {link}");
    check_edit(&text(""), &text("RUN y\n"), &["RUN y: new", &format!("{link}: after RUN y"), &last]);
    check_edit(&text(""), &text("ENV A=1\n"), &["RUN x: $A"]);
    let expected = [format!("{copy}: ~a.txt"), format!("{link}: after {copy}"), last];
    check(&build(&text("")), &build(&text("")).file("a.txt", "2"), &expected.each_ref().map(String::as_str));
}

#[test]
fn documents_count_by_their_text() {
    let copy = |text: &str| format!("FROM a\nARG A=1\nCOPY <<f /f\n{text}\nf\nRUN x\n");
    let document = "preparing inline document";
    let copied = format!("COPY <<f: <<f, from {document}");
    check_edit(&copy("a"), &copy("b"), &[&format!("{document}: <<f"), &copied, "RUN x: after COPY <<f"]);
    check_edit(&copy("$A"), &copy("1"), &[]);
    check_edit("FROM a\nRUN <<e\nx\ne\n", "FROM a\nRUN <<e\ny\ne\n", &["RUN <<e (y): text"]);
    // Here-documents end with a line feed.
    check_edit("FROM a\nRUN <<e\nx\ne\n", "FROM a\nRUN x\n", &["RUN x: text"]);
    check_edit(
        "FROM a\nRUN <<e\n#!/bin/x\ny\ne\n",
        "FROM a\nRUN <<e\n#!/bin/x\nz\ne\n",
        &[&format!("{document}: <<e"), &format!("RUN <<e (#!/bin/x...): text, from {document}")],
    );
}

#[test]
fn what_buildkit_reads_of_the_build_args_counts_without_an_arg() {
    let text = "FROM a\nCOPY a.txt /x\nWORKDIR /w\nRUN --mount=type=cache,target=/c x\n";
    let edit = |name: &str, expected: &[&str]| {
        check(&build(text).arg(name, "1"), &build(text).arg(name, "2"), expected);
    };
    edit("SOURCE_DATE_EPOCH", &["WORKDIR: $SOURCE_DATE_EPOCH", "RUN --mount=type=cache,target=/c x: after WORKDIR"]);
    edit("BUILDKIT_SANDBOX_HOSTNAME", &["RUN --mount=type=cache,target=/c x: $BUILDKIT_SANDBOX_HOSTNAME"]);
    edit("BUILDKIT_CACHE_MOUNT_NS", &["RUN --mount=type=cache,target=/c x: mount /c"]);
    edit("BUILDKIT_INLINE_CACHE", &[]);
    let text = |time: u32| format!("ARG SOURCE_DATE_EPOCH={time}\nFROM a\nWORKDIR /w\n");
    check_edit(&text(1), &text(2), &["WORKDIR: $SOURCE_DATE_EPOCH"]);
}

#[test]
fn a_download_counts_by_what_is_downloaded() {
    let text = |flags: &str| format!("FROM a\nADD {flags} https://a.b/c /d\n");
    let checksum = |digit: &str| text(&format!("--checksum=sha256:{}", digit.repeat(64)));
    let runs = |name: &str, cause: &str| format!("{name}: {cause}");
    // The download comes from the cache, and only the copy runs.
    let unpacked = runs("ADD --unpack=true https://a.b/c", "text");
    check_edit(&text(""), &text("--unpack=true"), &[&unpacked]);
    check_edit(&text(""), &text("--unpack=false"), &[]);
    check_edit(&text(""), &checksum("1"), &[]);
    check_edit(&checksum("1"), &text(""), &[]);
    let added = format!("ADD --checksum=sha256:{} https://a.b/c", "2".repeat(64));
    let expected = [runs(&added, "source"), runs(&added, &format!("from {added}"))];
    check_edit(&checksum("1"), &checksum("2"), &expected.each_ref().map(String::as_str));
}

#[test]
fn what_moved_is_told_from_what_is_new_or_builds_upon_something_else() {
    let image = "FROM docker.io/library/a:latest";
    check_edit(
        "FROM a\nRUN x\nCOPY a.txt /\nRUN y\n",
        "FROM a\nCOPY a.txt /\nRUN x\nRUN y\n",
        &[&format!("COPY a.txt: upon {image}"), "RUN x: moved, after COPY a.txt", "RUN y: after RUN x"],
    );
    check_edit("FROM a\nRUN x\nRUN y\n", "FROM a\nRUN y\n", &[&format!("RUN y: upon {image}")]);
    check_edit(
        "FROM a\nRUN x\nCOPY a.txt /\nRUN y\n",
        "FROM a\nCOPY a.txt /\nRUN x\nRUN z\n",
        &[&format!("COPY a.txt: upon {image}"), "RUN x: moved, after COPY a.txt", "RUN z: text, after RUN x"],
    );
}
