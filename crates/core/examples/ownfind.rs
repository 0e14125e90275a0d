//! scratch
use stagewright::{Request, analyze, checks};
fn main() {
    for path in std::env::args().skip(1) {
        let Ok(source) = std::fs::read_to_string(&path) else { continue };
        let a = analyze(&Request { source: source.clone(), ..Request::default() });
        for f in &a.findings {
            let rule = checks::rule(f.rule).unwrap();
            if rule.origin == checks::Origin::Stagewright {
                println!(
                    "{}:{}\t{}\t{}\t[{}]",
                    path.rsplit('/').next().unwrap(),
                    a.lines.line_of(f.range.start),
                    f.rule,
                    f.message,
                    f.fixes.iter().map(|f| f.title.as_str()).collect::<Vec<_>>().join("; ")
                );
            }
        }
    }
}
