//! What is read of a script.

use super::*;

/// `$name@place` of every use, with `-` behind it where the script knows what to do without a value and
/// `=` where it then gets one; `name=` of what is set, `?` where something unseen runs.
#[track_caller]
fn check_text(text: &str, is_plain: bool, expected: &str) {
    let mut found = Vec::new();
    let script = Script { is_plain, ..Script::typed(text) };
    mentions(&script, &mut |mention| match mention {
        Mention::Use { name, .. } if name.is_empty() => {}
        Mention::Use { whole, without, .. } => {
            let end = match without {
                Without::Nothing => "",
                Without::Known => "-",
                Without::Set => "=",
            };
            found.push(format!("{}@{}{end}", &text[whole.clone()], whole.start));
        }
        Mention::Set(name) => found.push(format!("{}=", &text[name])),
        Mention::Unseen => found.push("?".to_owned()),
    });
    assert_eq!(found.join(" "), expected, "{text}");
}

#[track_caller]
fn check(text: &str, expected: &str) {
    check_text(text, false, expected);
}

#[test]
fn variables_are_found_where_a_shell_replaces_them() {
    check("echo $A-${B} \"$C\" ${D%x}", "$A@5 ${B}@8 $C@14 ${D@18");
    check("echo '$A' \\$B \"it's $C\" $$D $1 $(x $E)", "$C@20 $E@35");
    check("echo ${A:-x} ${A-x} ${A:=x} ${A=x} ${A+x} ${A?}", "${A@5- ${A@13- ${A@20= ${A@28= ${A@35- ${A@42-");
    check("echo ${A:-${B:-'$C'}} \"${D:-'$E'}\" ${#F}", "${A@5- ${B@10- ${D@23- $E@29 ${#F}@35");
    check("echo \"$(x '$A' \"$B\")\" `x '$C' $D`", "$B@16 $D@30");
    check("echo $((A + 0x1F * $B)) $\u{e9} ${", "A@8- $B@19");
    check_text("it's $A # and $B", true, "$A@5 $B@14");
}

#[test]
fn comments_begin_where_a_word_could() {
    check("a # don't $B\nb $C#d", "$C@15");
    check("# don't\necho $A", "$A@13");
    check("a;#$A\n(#$B\n)#$C\na&#$D\na|#$E", "");
    check("a \"# $A\" ${B# } x#$C", "$A@5 ${B@9 $C@18");
}

#[test]
fn variables_are_set_where_commands_begin() {
    check("A=1 && echo $A", "A= $A@12");
    check("A=$A make; B=\"${B}\" make", "$A@2 A= ${B}@14 B=");
    check("B=2 A=1 make; C+=x; env D=1 make", "B= A= C= D=");
    check("make A=1 --with-B=1 xC=$C", "$C@23");
    check("echo A $A; make -v B", "$A@7");
    check("if A=1; then B=1; fi; { C=1; }; (D=1); ! E=1 | F=1", "A= B= C= D= E= F=");
    check("f() { local A=1; }; case x in y) B=1;; esac", "A= B=");
    check("echo \"$(A=1; x $A)\" A=1", "A= $A@15");
    check("A=\"$(B=1 x)\" x", "B= A=");
}

#[test]
fn commands_that_set_variables_are_known() {
    check("read -r A B; for C in x D; do export E F=1; done; unset G", "A= B= C= E= F= G=");
    check("printf -v A x; printf B; while read C; do x; done", "A= C=");
}

#[test]
fn what_stands_elsewhere_may_set_anything() {
    check(". /etc/os-release && echo $ID", "? $ID@26");
    check("./configure $A && source x && $B", "$A@12 ? $B@30");
    check("eval $A; echo source . x", "? $A@5");
}

#[test]
fn here_documents_are_no_commands() {
    check("cat <<E > x\nit's $A\nB=1\nE\nC=$D", "$A@17 $D@28 C=");
    check("cat <<'E'\n$A\nE\n$B", "$B@15");
    check("cat <<-\"E\" <<F; A=1\n$B\n\tE\n$C\nF\n$D", "A= $C@26 $D@31");
    check("cat <<E\n$A", "$A@8");
    check("cat <<< $A\n$B; x $((1<<2)); ((A<<2))\n$C", "$A@8 $B@11 A@30- $C@37");
}
