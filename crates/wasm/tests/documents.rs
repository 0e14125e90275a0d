//! Holds the README's example and the TypeScript types to what the API does.

#![cfg(target_family = "wasm")]
#![expect(clippy::expect_used, reason = "a test stops where something is missing")]

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use js_sys::{Function, Reflect};
use stagewright_wasm::dto::{
    Analysis, AnalyzeRequest, ArgSource, Base, Cause, Command, Completion, CompletionItem, CompletionKind, DeclaredArg,
    Definition, Diagnostic, DocumentSymbol, Edge, EdgeKind, EnvVariable, Explanation, Finding, Fix, Fold, FoldKind,
    Graph, Healthcheck, Hover, HoverPart, ImageConfig, LineSpan, Node, Op, Origin, Outline, OutlineArg, OutlineMount,
    OutlineMountPlace, OutlineSetting, OutlineTarget, Rename, RuleOrigin, SettingOrigin, Severity, Stage, Step,
    SymbolKind, TextEdit, TextRange, TokenKind, Tokens, Uses,
};
use stagewright_wasm::editor::{hover, rename};
use stagewright_wasm::{analyze, explain, outline, token_kinds, version};
use tsify::{Ts, Tsify};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

const README: &str = include_str!("../README.md");

/// What the example gets when it imports the package.
fn exports() -> JsValue {
    let exports = js_sys::Object::new();
    let set = |name: &str, value: JsValue| {
        Reflect::set(&exports, &name.into(), &value).expect("a new object");
    };
    let analyze = |request| analyze(&Ts::new_unchecked(request)).map(JsValue::from);
    let explain = |request, stage| explain(&Ts::new_unchecked(request), stage).map(JsValue::from);
    set("analyze", Closure::<dyn Fn(JsValue) -> Result<JsValue, JsValue>>::new(analyze).into_js_value());
    set("explain", Closure::<dyn Fn(JsValue, f64) -> Result<JsValue, JsValue>>::new(explain).into_js_value());
    let outline = |request| outline(&Ts::new_unchecked(request)).map(JsValue::from);
    set("outline", Closure::<dyn Fn(JsValue) -> Result<JsValue, JsValue>>::new(outline).into_js_value());
    let hover = |request, at| hover(&Ts::new_unchecked(request), at);
    set("hover", Closure::<dyn Fn(JsValue, f64) -> Result<JsValue, JsValue>>::new(hover).into_js_value());
    let rename = |request, at, name: String| rename(&Ts::new_unchecked(request), at, &name).map(JsValue::from);
    set("rename", Closure::<dyn Fn(JsValue, f64, String) -> Result<JsValue, JsValue>>::new(rename).into_js_value());
    set("tokenKinds", Closure::<dyn Fn() -> Vec<String>>::new(token_kinds).into_js_value());
    set("version", Closure::<dyn Fn() -> String>::new(version).into_js_value());
    exports.into()
}

#[wasm_bindgen_test]
fn the_example_prints_what_its_comments_say() {
    let (_, rest) = README.split_once("```js\n").expect("the README has an example");
    let (example, _) = rest.split_once("\n```").expect("the example ends");
    let (import, code) = example.split_once(" from \"stagewright\";\n").expect("it imports the package");
    let names = import.strip_prefix("import init, ").expect("it imports init");
    let code = code.replace("await init();", "");
    let printed = Rc::new(RefCell::new(Vec::new()));
    let print = Rc::clone(&printed);
    let log = Closure::<dyn Fn(String)>::new(move |line| print.borrow_mut().push(line)).into_js_value();
    let body = format!("const {names} = stagewright; const console = {{ log: (...it) => log(it.join(' ')) }};\n{code}");
    let run = Function::new_with_args("stagewright, log", &body);
    run.call2(&JsValue::NULL, &exports(), &log).expect("the example runs");
    assert_eq!(*printed.borrow(), expected(&code));
}

/// What an example says that it prints: comments behind `console.log`, and whole lines of comment right
/// below a loop that prints.
fn expected(code: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut lines = code.lines().peekable();
    while let Some(line) = lines.next() {
        let Some((_, behind)) = line.split_once("console.log(") else { continue };
        match behind.rsplit_once("; // ") {
            // Of what is null, joining the words leaves nothing.
            Some((_, comment)) => out.push(if comment == "null" { String::new() } else { comment.to_owned() }),
            None => {
                while let Some(comment) = lines.peek().and_then(|line| line.strip_prefix("// ")) {
                    out.push(comment.to_owned());
                    lines.next();
                }
            }
        }
    }
    assert!(out.len() > 10, "the example says little");
    out
}

#[wasm_bindgen_test]
fn types_mention_only_what_is_declared() {
    let declarations = [
        Analysis::DECL,
        AnalyzeRequest::DECL,
        ArgSource::DECL,
        Base::DECL,
        Cause::DECL,
        Command::DECL,
        Completion::DECL,
        CompletionItem::DECL,
        CompletionKind::DECL,
        DeclaredArg::DECL,
        Definition::DECL,
        Diagnostic::DECL,
        DocumentSymbol::DECL,
        Edge::DECL,
        EdgeKind::DECL,
        EnvVariable::DECL,
        Explanation::DECL,
        Finding::DECL,
        Fix::DECL,
        Fold::DECL,
        FoldKind::DECL,
        Graph::DECL,
        Healthcheck::DECL,
        Hover::DECL,
        HoverPart::DECL,
        ImageConfig::DECL,
        LineSpan::DECL,
        Node::DECL,
        Op::DECL,
        Origin::DECL,
        Outline::DECL,
        OutlineArg::DECL,
        OutlineMount::DECL,
        OutlineMountPlace::DECL,
        OutlineSetting::DECL,
        OutlineTarget::DECL,
        Rename::DECL,
        RuleOrigin::DECL,
        SettingOrigin::DECL,
        Severity::DECL,
        Stage::DECL,
        Step::DECL,
        SymbolKind::DECL,
        TextEdit::DECL,
        TextRange::DECL,
        TokenKind::DECL,
        Tokens::DECL,
        Uses::DECL,
    ];
    let mut known: BTreeSet<String> = ["Record", "Uint8Array", "Uint32Array"].map(str::to_owned).into();
    let mut used = BTreeSet::new();
    for declaration in declarations {
        let code: Vec<&str> = declaration.lines().filter(|line| !line.trim_start().starts_with(['/', '*'])).collect();
        let code = code.join("\n");
        let mut words = code.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        let name = words.find(|word| !matches!(*word, "export" | "interface" | "type")).expect("it declares a name");
        assert!(known.insert(name.to_owned()), "{name} is declared twice");
        used.extend(words.filter(|word| word.starts_with(char::is_uppercase)).map(str::to_owned));
    }
    let unknown: Vec<&String> = used.difference(&known).collect();
    assert!(unknown.is_empty(), "not declared: {unknown:?}");
    assert!(used.len() > 15, "little is used: {used:?}");
}

#[wasm_bindgen_test]
fn an_analysis_has_the_properties_of_its_type() {
    let request = js_sys::JSON::parse(r#"{"source": "FROM a AS B\nHEALTHCHECK CMD x\nRUNN"}"#).expect("JSON");
    let analysis = analyze(&Ts::new_unchecked(request)).map(JsValue::from).expect("the request is one");
    #[track_caller]
    fn check(value: &JsValue, declaration: &str) {
        let fields = declaration.lines().filter_map(|line| {
            let (name, _) = line.trim().split_once(": ")?;
            name.chars().all(char::is_alphanumeric).then(|| name.to_owned())
        });
        let declared: BTreeSet<String> = fields.collect();
        let keys = Reflect::own_keys(value).expect("an object");
        let there: BTreeSet<String> = keys.iter().filter_map(|key| key.as_string()).collect();
        assert_eq!(there, declared);
    }
    let part = |path: &str| {
        path.split('.').fold(analysis.clone(), |it, key| Reflect::get(&it, &key.into()).expect("an object"))
    };
    check(&analysis, Analysis::DECL);
    check(&part("tokens"), Tokens::DECL);
    check(&part("stages.0"), Stage::DECL);
    check(&part("stages.0.commands.0"), Command::DECL);
    check(&part("graph"), Graph::DECL);
    check(&part("graph.edges.0"), Edge::DECL);
    check(&part("plan.0"), Step::DECL);
    check(&part("plan.0.origins.0"), Origin::DECL);
    check(&part("error"), Diagnostic::DECL);
    check(&part("error.range"), TextRange::DECL);
    check(&part("findings.0"), Finding::DECL);
    check(&part("findings.0.fixes.0"), Fix::DECL);
    check(&part("imageConfig"), ImageConfig::DECL);
    check(&part("imageConfig.healthcheck"), Healthcheck::DECL);
}
