//! Calls the API as JavaScript does, in a browser: values of JavaScript in, values of JavaScript out.

#![cfg(target_family = "wasm")]
#![expect(clippy::expect_used, reason = "a test stops where something is missing")]

use js_sys::{Array, JSON, Object, Reflect, Uint8Array, Uint32Array};
use stagewright_wasm::{analyze, explain, token_kinds, version};
use tsify::Ts;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

mod values;

use values::{check, part, request};

wasm_bindgen_test_configure!(run_in_browser);

/// The talk's own Dockerfile, in the document that it stands in.
const VELOCITY: &str = include_str!("../../../tests/seeds/000_e29cd5dd6ee16166.txt");

/// The value that a piece of JSON stands for.
fn js(json: &str) -> JsValue {
    JSON::parse(json).expect("it is JSON")
}

fn analysis(source: &str, more: &str) -> JsValue {
    analyze(&request(source, more)).map(JsValue::from).expect("the request is one")
}

/// The text of a range, as JavaScript cuts it.
fn slice(source: &str, range: &JsValue) -> String {
    let at = |end| part(range, end).as_f64().expect("it is a range") as u32;
    js_sys::JsString::from(source).slice(at("start"), at("end")).into()
}

fn velocity() -> &'static str {
    let (_, rest) = VELOCITY.split_once("```dockerfile\n").expect("it has a Dockerfile");
    rest.split_once("\n```").expect("the block ends").0
}

#[wasm_bindgen_test]
fn the_talks_dockerfile_is_analysed() {
    let default = analysis(velocity(), "{}");
    check(&default, "error", "null");
    check(&default, "diagnostics", "[]");
    assert_eq!(Array::from(&part(&default, "plan")).length(), 8);
    let test = analysis(velocity(), r#"{"target": "TEST"}"#);
    assert_eq!(Array::from(&part(&test, "plan")).length(), 10);
    let needed = Array::from(&part(&test, "graph.needed"));
    let n_built = Array::from(&part(&test, "stages")).length();
    assert_eq!((0..n_built).filter(|&stage| needed.get(stage).is_truthy()).count(), 3);
    check(
        &test,
        "stages.0.base",
        r#"{"kind":"image","reference":"docker.io/library/python:3-alpine","familiar":"python:3-alpine"}"#,
    );
    check(&test, "stages.1.base", r#"{"kind":"stage","stage":0}"#);
    check(&test, "stages.0.commands.0.step", "true");
    check(&test, "imageConfig.workingDir", r#""/app""#);
    check(&test, "plan.0.op", r#""image""#);
}

#[wasm_bindgen_test]
fn every_option_of_a_request_counts() {
    let source = "ARG TAG=1\nFROM a:$TAG AS x\nARG TARGETARCH\nRUN echo $TARGETARCH\nFROM x AS y\n";
    let more = r#"{"target": "x", "buildArgs": {"TAG": "2", "NONE": null}, "platform": "linux/arm64"}"#;
    let asked = analysis(source, more);
    check(&asked, "target", "0");
    check(&asked, "plan.0.detail", r#""docker-image://docker.io/library/a:2""#);
    check(&asked, "plan.1.label", r#""[x 2/2] RUN echo arm64""#);
    check(&asked, "stages.0.platform", r#""linux/arm64""#);
    check(&asked, "declaredArgs.0.default", r#""1""#);
    check(&asked, "declaredArgs.0.global", "true");
}

#[wasm_bindgen_test]
fn positions_are_those_of_javascript() {
    let source = "# 💛💛\nFROM a AS x\nENV K=\"漢💛\" L=$K\nFROM b\nCOPY --from=x /💛 /y\nRUNN 💛";
    let asked = analysis(source, "{}");
    assert_eq!(slice(source, &part(&asked, "stages.0.nameRange")), "x");
    assert_eq!(slice(source, &part(&asked, "stages.0.commands.0.range")), "ENV K=\"漢💛\" L=$K");
    assert_eq!(slice(source, &part(&asked, "graph.edges.2.range")), "x");
    check(&asked, "graph.edges.2.paths", r#"["/💛"]"#);
    check(&asked, "graph.edges.2.cause", r#"{"kind":"command","command":0}"#);
    assert_eq!(slice(source, &part(&asked, "error.range")), "RUNN");
    check(&asked, "error.lines", r#"[{"first":6,"last":6}]"#);
}

#[wasm_bindgen_test]
fn tokens_cover_the_source() {
    let source = "FROM a AS b\n# 💛 é\nRUN <<E cat\n💛$X\nE\n";
    let asked = analysis(source, "{}");
    let kinds: Uint8Array = part(&asked, "tokens.kinds").dyn_into().expect("a typed array");
    let starts: Uint32Array = part(&asked, "tokens.starts").dyn_into().expect("a typed array");
    let ends: Uint32Array = part(&asked, "tokens.ends").dyn_into().expect("a typed array");
    let (starts, ends) = (starts.to_vec(), ends.to_vec());
    assert_eq!((starts.first(), ends.last()), (Some(&0), Some(&js_sys::JsString::from(source).length())));
    assert_eq!(starts[1..], ends[..ends.len() - 1]);
    assert_eq!(kinds.length() as usize, starts.len());
    let names = token_kinds();
    let name_at = |at: u32| {
        let token = starts.iter().rposition(|&start| start <= at).expect("there is a token");
        names[kinds.get_index(token as u32) as usize].as_str()
    };
    assert_eq!([0, 5, 10].map(name_at), ["keyword", "reference", "stageName"]);
    let comment = js_sys::JsString::from(source).index_of("# 💛 é", 0) as u32;
    assert_eq!(name_at(comment + 5), "comment");
    assert_eq!(name_at(comment + 6), "newline");
}

#[wasm_bindgen_test]
fn what_cannot_be_built_is_an_answer() {
    let source = "FROM a AS prod\nFROM prod\n";
    let asked = analysis(source, r#"{"target": "prdo"}"#);
    check(&asked, "error.message", r#""target stage \"prdo\" could not be found (did you mean prod?)""#);
    check(&asked, "error.severity", r#""error""#);
    check(&asked, "target", "null");
    check(&asked, "imageConfig", "null");
    assert_eq!(Array::from(&part(&asked, "stages")).length(), 2);
    for source in ["", "\u{feff}", "FROM", "RUN a\n", "\0", "FROM a\nCOPY <<E"] {
        assert!(!analysis(source, "{}").is_null(), "{source:?}");
    }
}

#[wasm_bindgen_test]
fn a_stage_is_explained() {
    let source = "FROM a AS base\nFROM base AS mid\nFROM base AS other\nFROM scratch\nCOPY --from=mid / /\n";
    let explanation = |stage: f64| explain(&request(source, "{}"), stage).map(JsValue::from);
    let base = explanation(0.0).expect("it is a stage");
    check(&base, "needed", "true");
    check(&base, "wayToTarget", "[1,3]");
    check(&base, "neededBy", "[1,2,3]");
    let other = explanation(2.0).expect("it is a stage");
    check(&other, "needed", "false");
    check(&other, "wayToTarget", "[]");
    check(&other, "neededBy", "[]");
    for (stage, name) in [(4.0, "4"), (-1.0, "-1"), (0.5, "0.5"), (f64::NAN, "NaN")] {
        let error = explanation(stage).expect_err("it is none");
        check(&error, "kind", r#""unknown-stage""#);
        check(&error, "message", &format!("\"there is no stage {name}: the stages are 0 to 3\""));
    }
}

#[wasm_bindgen_test]
fn a_request_of_the_wrong_type_is_thrown_back() {
    fn check_error(request: JsValue, kind: &str, message: &str) {
        let error = analyze(&Ts::new_unchecked(request)).map(|_| ()).expect_err("it is wrong");
        assert!(error.is_instance_of::<js_sys::Error>(), "{message}");
        check(&error, "name", "\"StagewrightError\"");
        check(&error, "kind", &format!("\"{kind}\""));
        let said = part(&error, "message").as_string().expect("a message");
        assert!(said.starts_with(message), "{said}");
    }
    let wrong = |request: &str, message: &str| check_error(js(request), "invalid-request", message);
    check_error(JsValue::UNDEFINED, "invalid-request", "the request must be an object, but is missing");
    wrong("null", "the request must be an object, but is null");
    wrong("[]", "the request must be an object, but is an array");
    wrong("\"FROM a\"", "the request must be an object, but is a string");
    wrong("{}", "request.source must be a string, but is missing");
    wrong(r#"{"source": 5}"#, "request.source must be a string, but is a number");
    wrong(r#"{"source": "", "target": true}"#, "request.target must be a string, but is a boolean");
    wrong(r#"{"source": "", "platform": {}}"#, "request.platform must be a string, but is an object");
    wrong(r#"{"source": "", "buildArgs": []}"#, "request.buildArgs must be an object, but is an array");
    wrong(r#"{"source": "", "buildArgs": "A=b"}"#, "request.buildArgs must be an object, but is a string");
    wrong(r#"{"source": "", "buildArgs": {"A": 1}}"#, "request.buildArgs.A must be a string, but is a number");
    check_error(js(r#"{"source": "", "platform": "a/*"}"#), "invalid-platform", "request.platform is no platform: ");
    // What a getter throws is the caller's own.
    let getter = js_sys::Function::new_no_args("throw new RangeError('mine')");
    let hostile = Object::new();
    Reflect::define_property(&hostile, &"source".into(), &{
        let descriptor = Object::new();
        Reflect::set(&descriptor, &"get".into(), &getter).expect("a new object");
        descriptor
    })
    .expect("a new object");
    let error = analyze(&Ts::new_unchecked(hostile.into())).map(|_| ()).expect_err("it throws");
    check(&error, "message", "\"mine\"");
}

#[wasm_bindgen_test]
fn the_version_is_that_of_the_package() {
    assert_eq!(version(), env!("CARGO_PKG_VERSION"));
    assert_eq!(token_kinds().len(), 18);
    assert_eq!(token_kinds()[4], "keyword");
}
