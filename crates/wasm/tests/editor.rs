//! Calls what an editor asks for, and the outline and findings, as JavaScript does: in a browser, with positions in
//! UTF-16 code units.

#![cfg(target_family = "wasm")]
#![expect(clippy::expect_used, reason = "a test stops where something is missing")]

use js_sys::{Array, JsString};
use stagewright_wasm::editor::{completion, definition, folding, hover, rename, symbols, uses};
use stagewright_wasm::{analyze, outline};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

mod values;

use values::{check, part, request};

wasm_bindgen_test_configure!(run_in_browser);

/// Characters that are longer in one encoding than in another stand before everything.
const FILE: &str = "# 💛 é\nARG V=1\n# base 💛 it\nFROM alpine:$V AS base\nENV K=💛 L=$K\nRUN --mount=type=secret,id=s x\n\
    FROM base AS App\nCOPY \\\n  --from=base /a /b\n";

/// Where `what` stands in the file, as JavaScript counts.
fn at(what: &str) -> f64 {
    f64::from(JsString::from(FILE).index_of(what, 0))
}

/// The texts of ranges, as JavaScript cuts them.
fn texts(ranges: &JsValue) -> Vec<String> {
    let end = |range: &JsValue, end| part(range, end).as_f64().expect("it is a range") as u32;
    let text = |range: JsValue| JsString::from(FILE).slice(end(&range, "start"), end(&range, "end")).into();
    Array::from(ranges).iter().map(text).collect()
}

fn text(range: &JsValue) -> String {
    texts(&Array::of(std::slice::from_ref(range))).remove(0)
}

#[wasm_bindgen_test]
fn hovering_tells_what_stands_there() {
    let found = hover(&request(FILE, "{}"), at("base /a")).expect("the request is one");
    assert_eq!(text(&part(&found, "range")), "base");
    check(&found, "title", "\"stage base\"");
    assert!(hover(&request(FILE, "{}"), 0.0).expect("the request is one").is_null());
    for offset in [-1.0, f64::NAN, f64::INFINITY, 1e300] {
        assert!(hover(&request(FILE, "{}"), offset).is_ok(), "{offset}");
    }
}

#[wasm_bindgen_test]
fn completion_offers_the_stages_above() {
    let found = completion(&request(FILE, "{}"), at("base /a") + 2.0).map(JsValue::from).expect("the request is one");
    assert_eq!(text(&part(&found, "range")), "base");
    check(&found, "items.0.label", "\"base\"");
    check(&found, "items.0.kind", "\"stage\"");
    let rules = completion(&request("# check=skip=", "{}"), 13.0).map(JsValue::from).expect("the request is one");
    let labels = Array::from(&part(&rules, "items")).map(&mut |item, _, _| part(&item, "label"));
    assert!(labels.includes(&"StageNameCasing".into(), 0));
}

#[wasm_bindgen_test]
fn a_name_leads_to_its_declaration_and_its_uses() {
    let found = definition(&request(FILE, "{}"), at("base /a")).expect("the request is one");
    assert_eq!((text(&part(&found, "range")), texts(&part(&found, "targets"))), ("base".into(), vec!["base".into()]));
    check(&found, "targets.0.start", &at("base\nENV").to_string());
    let found = uses(&request(FILE, "{}"), at("V=1")).expect("the request is one");
    assert_eq!(texts(&part(&found, "declarations")), ["V"]);
    assert_eq!(texts(&part(&found, "uses")).len(), 1);
    for ask in [definition, uses] {
        assert!(ask(&request(FILE, "{}"), 0.0).expect("the request is one").is_null());
    }
}

#[wasm_bindgen_test]
fn a_stage_gets_another_name_everywhere() {
    let asked = request(FILE, r#"{"target": "base"}"#);
    let found = rename(&asked, at("base /a"), "root").map(JsValue::from).expect("it can have the name");
    let edits = Array::from(&part(&found, "edits"));
    let texts = texts(&edits.map(&mut |edit, _, _| part(&edit, "range")));
    assert!(texts.len() >= 3 && texts.iter().all(|text| text == "base"), "{texts:?}");
    check(&found, "edits.0.text", "\"root\"");
    check(&found, "target", "\"root\"");
    check(&found, "buildArg", "null");
    let error = rename(&asked, at("base /a"), "App").map(|_| ()).expect_err("it is taken");
    check(&error, "kind", "\"cannot-rename\"");
    check(&error, "message", "\"line 7 has something of that name already\"");
}

#[wasm_bindgen_test]
fn folds_and_symbols_cover_the_file() {
    let folds = folding(&request(FILE, "{}")).expect("the request is one");
    let kinds = Array::from(&folds).map(&mut |fold, _, _| part(&fold, "kind"));
    check(&kinds, "length", "3");
    check(&folds, "0.kind", "\"stage\"");
    check(&folds, "2.kind", "\"instruction\"");
    let symbols = symbols(&request(FILE, "{}")).expect("the request is one");
    check(&symbols, "0.kind", "\"variable\"");
    check(&symbols, "1.name", "\"base\"");
    check(&symbols, "1.children.0.name", "\"ENV\"");
    assert_eq!(text(&part(&symbols, "1.selection")), "base");
}

#[wasm_bindgen_test]
fn the_outline_tells_values_and_their_places() {
    let found = outline(&request(FILE, r#"{"target": "base", "buildArgs": {"V": "2"}}"#));
    let found = found.map(JsValue::from).expect("the request is one");
    check(&found, "target", "0");
    check(&found, "targets.0.description", "\"💛 it\"");
    check(&found, "targets.1.isDefault", "true");
    check(&found, "args.0.value", "\"2\"");
    check(&found, "args.0.source", "\"buildArg\"");
    assert_eq!(text(&part(&found, "args.0.range")), "V=1");
    check(&found, "secrets.0.places.0.target", "\"/run/secrets/s\"");
    assert_eq!(text(&part(&found, "secrets.0.places.0.range")), "type=secret,id=s");
    check(&found, "settings.0.origin", r#"{"kind":"baseImage"}"#);
    check(&found, "settings.1.values", "[\"💛\"]");
    assert_eq!(text(&part(&found, "settings.1.origin.range")), "K=💛");
}

#[wasm_bindgen_test]
fn findings_come_with_what_mends_them() {
    let found = analyze(&request(FILE, "{}")).map(JsValue::from).expect("the request is one");
    check(&found, "findings.0.rule", "\"StageNameCasing\"");
    check(&found, "findings.0.origin", "\"docker\"");
    check(&found, "findings.0.url", "\"https://docs.docker.com/go/dockerfile/rule/stage-name-casing/\"");
    check(&found, "findings.0.lines", r#"{"first":7,"last":7}"#);
    check(&found, "findings.0.inBuild", "true");
    check(&found, "findings.0.fixes.0.edits.0.text", "\"app\"");
    assert_eq!(text(&part(&found, "findings.0.fixes.0.edits.0.range")), "App");
    check(&found, "checkError", "null");
    let failing = "# check=error=true\nFROM alpine AS A\n";
    let found = analyze(&request(failing, "{}")).map(JsValue::from).expect("the request is one");
    check(&found, "checkError.message", "\"lint violation found for rules: StageNameCasing\"");
    let ignored = request("FROM alpine\nCOPY .env /\n", r#"{"dockerignore": ".env"}"#);
    let found = analyze(&ignored).map(JsValue::from).expect("the request is one");
    check(&found, "findings.0.rule", "\"CopyIgnoredFile\"");
    check(&found, "findings.0.fixes", "[]");
}
