//! index.html as text: what has to change in what Trunk wrote, and what must not be in it.
//!
//! Works on the tags and comments of a document that its authors wrote and Trunk went through, so it reads
//! well-formed HTML and does not repair any. Files are the business of [`crate::finish_dist`].

use std::ops::Range;

use anyhow::{Context, Result, bail};

/// Where the body takes the first view that is drawn in advance.
pub(crate) const PRERENDER: &str = "<!--prerender-->";

/// The names of the program's two files, as Trunk wrote them into its script tag.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Program {
    pub(crate) glue: String,
    pub(crate) wasm: String,
}

/// What goes into the page.
pub(crate) struct Parts<'a> {
    /// Address of the boot script.
    pub(crate) boot: &'a str,
    /// Address of the editor library, which the program finds in `data-editor` on `<html>`. It is relative to
    /// the page: import it as `new URL(address, document.baseURI)`.
    pub(crate) editor: &'a str,
    /// The first view as HTML, in place of the marker.
    pub(crate) prerender: Option<&'a str>,
}

/// A start tag, or a comment if `name` is empty.
#[derive(Debug)]
struct Piece<'a> {
    range: Range<usize>,
    name: &'a str,
    attributes: Vec<(&'a str, &'a str)>,
}

impl Piece<'_> {
    fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|&(_, v)| v)
    }
}

/// The program that the page starts.
pub(crate) fn program(html: &str) -> Result<Program> {
    let tag = boot_tag(html)?;
    let name = |attribute: &str| {
        let value = tag.attribute(attribute).filter(|value| !value.is_empty());
        value.map(str::to_owned).with_context(|| format!("the boot script has no {attribute}"))
    };
    Ok(Program { glue: name("data-glue")?, wasm: name("data-wasm")? })
}

/// The addresses of the style sheets, in their order.
pub(crate) fn styles(html: &str) -> Vec<String> {
    sheets(html).filter_map(|link| link.attribute("href").map(str::to_owned)).collect()
}

/// The page with one style sheet in place of all that it has.
pub(crate) fn with_styles(html: &str, address: &str) -> String {
    let mut page = html.to_owned();
    let places: Vec<Range<usize>> = sheets(html).map(|link| link.range).collect();
    for (number, place) in places.into_iter().enumerate().rev() {
        let link = if number == 0 { format!("<link rel=\"stylesheet\" href=\"{address}\">") } else { String::new() };
        page.replace_range(place, &link);
    }
    page
}

fn sheets(html: &str) -> impl Iterator<Item = Piece<'_>> {
    pieces(html).into_iter().filter(|tag| tag.name == "link" && tag.attribute("rel") == Some("stylesheet"))
}

/// The page with its boot script, the editor's address and its first view in place, without comments.
pub(crate) fn finish(html: &str, parts: &Parts<'_>) -> Result<String> {
    let boot = boot_tag(html)?.range;
    let end = html[boot.start..].find("</script>").context("the boot script does not end")?;
    let script = format!("<script type=\"module\" src=\"{}\"></script>", parts.boot);
    let mut edits = vec![(boot.start..boot.start + end + "</script>".len(), script)];

    let root = pieces(html).into_iter().find(|piece| piece.name == "html").context("no <html>")?;
    let at = root.range.end - 1;
    edits.push((at..at, format!(" data-editor=\"{}\"", parts.editor)));

    let mut marked = false;
    for comment in pieces(html).into_iter().filter(|piece| piece.name.is_empty()) {
        let marker = &html[comment.range.clone()] == PRERENDER;
        marked |= marker;
        let text = if marker { parts.prerender.unwrap_or_default() } else { "" };
        edits.push((comment.range, text.to_owned()));
    }
    if parts.prerender.is_some() && !marked {
        bail!("index.html has no {PRERENDER}, so its first view has no place");
    }

    edits.sort_by_key(|(range, _)| range.start);
    let mut page = html.to_owned();
    for (range, text) in edits.into_iter().rev() {
        page.replace_range(range, &text);
    }
    Ok(page)
}

/// What in the page a Content-Security-Policy without `unsafe-inline` would block, one sentence each.
pub(crate) fn inline_code(html: &str) -> Vec<String> {
    let mut found = Vec::new();
    for tag in pieces(html).into_iter().filter(|piece| !piece.name.is_empty()) {
        let name = tag.name;
        let runs = matches!(tag.attribute("type").unwrap_or("module"), "module" | "text/javascript");
        if name == "script" && tag.attribute("src").is_none() && runs {
            found.push("an inline <script>".to_owned());
        }
        if name == "style" {
            found.push("an inline <style>".to_owned());
        }
        for (attribute, value) in &tag.attributes {
            let attribute = attribute.to_ascii_lowercase();
            if attribute == "style" || attribute.starts_with("on") {
                found.push(format!("{attribute}=\"…\" on <{name}>"));
            }
            if value.trim_start().to_ascii_lowercase().starts_with("javascript:") {
                found.push(format!("a javascript: address on <{name}>"));
            }
        }
    }
    found
}

/// The addresses of what the page loads: scripts, links, images.
pub(crate) fn addresses(html: &str) -> Vec<String> {
    let loads = |tag: &Piece<'_>| {
        let attribute = match tag.name {
            "link" => "href",
            "script" | "img" => "src",
            _ => return None,
        };
        tag.attribute(attribute).map(str::to_owned)
    };
    let editor = |tag: &Piece<'_>| tag.attribute("data-editor").map(str::to_owned);
    pieces(html).iter().filter_map(|tag| loads(tag).or_else(|| editor(tag))).collect()
}

fn boot_tag(html: &str) -> Result<Piece<'_>> {
    let tags = pieces(html);
    let mut boots = tags.into_iter().filter(|tag| tag.attribute("data-boot").is_some());
    let boot = boots.next().filter(|tag| tag.name == "script");
    boot.context("the page has no boot script; see pattern_script in Trunk.toml")
}

/// The start tags and comments of a document, in order. The content of elements that hold text only is
/// passed over.
fn pieces(html: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = html[at..].find('<').map(|offset| at + offset) {
        if html[start..].starts_with("<!--") {
            let end = after(html, start + 4, "-->");
            found.push(Piece { range: start..end, name: "", attributes: Vec::new() });
            at = end;
        } else if html[start + 1..].starts_with(|first: char| first.is_ascii_alphabetic()) {
            let tag = start_tag(html, start);
            at = tag.range.end;
            if matches!(tag.name, "script" | "style" | "textarea" | "title") {
                let close = format!("</{}", tag.name);
                at = html[at..].find(&close).map_or(html.len(), |offset| at + offset);
            }
            found.push(tag);
        } else {
            at = start + 1;
        }
    }
    found
}

fn start_tag(html: &str, start: usize) -> Piece<'_> {
    let name_end = scan(html, start + 1, |c| c.is_ascii_whitespace() || c == '>' || c == '/');
    let mut attributes = Vec::new();
    let mut at = name_end;
    loop {
        at = scan(html, at, |c| !c.is_ascii_whitespace() && c != '/');
        if at == html.len() || html[at..].starts_with('>') {
            let range = start..(at + 1).min(html.len());
            return Piece { range, name: &html[start + 1..name_end], attributes };
        }
        let end = scan(html, at + 1, |c| c.is_ascii_whitespace() || matches!(c, '=' | '>' | '/'));
        let name = &html[at..end];
        at = scan(html, end, |c| !c.is_ascii_whitespace());
        let mut value = "";
        if html[at..].starts_with('=') {
            at = scan(html, at + 1, |c| !c.is_ascii_whitespace());
            let quote = html[at..].chars().next().filter(|first| matches!(first, '"' | '\''));
            let end = match quote {
                Some(quote) => scan(html, at + 1, |c| c == quote),
                None => scan(html, at, |c| c.is_ascii_whitespace() || c == '>'),
            };
            value = &html[at + usize::from(quote.is_some())..end];
            at = (end + usize::from(quote.is_some())).min(html.len());
        } else {
            at = end;
        }
        attributes.push((name, value));
    }
}

/// The first position from `from` on whose character `stops`, or the end.
fn scan(html: &str, from: usize, stops: impl Fn(char) -> bool) -> usize {
    let from = from.min(html.len());
    html[from..].find(stops).map_or(html.len(), |offset| from + offset)
}

/// The position after the next `mark`, or the end.
fn after(html: &str, from: usize, mark: &str) -> usize {
    html[from..].find(mark).map_or(html.len(), |offset| from + offset + mark.len())
}

#[cfg(test)]
mod tests {
    use super::{Parts, Program, addresses, finish, inline_code, program, styles, with_styles};

    const BOOT: &str = "<script type=\"module\" data-boot data-glue=\"./a-1.js\" data-wasm=\"./a-1_bg.wasm\"></script>";

    #[test]
    fn the_programs_names_are_read_from_the_boot_script() {
        fn check(html: &str, expect: Result<(&str, &str), &str>) {
            let expect = expect
                .map(|(glue, wasm)| Program { glue: glue.to_owned(), wasm: wasm.to_owned() })
                .map_err(str::to_owned);
            assert_eq!(program(html).map_err(|error| error.to_string()), expect, "{html}");
        }
        check(&format!("<html><head>{BOOT}</head>"), Ok(("./a-1.js", "./a-1_bg.wasm")));
        check("<script data-boot data-glue=a.js></script>", Err("the boot script has no data-wasm"));
        let none = Err("the page has no boot script; see pattern_script in Trunk.toml");
        check("<html><script src=\"a.js\"></script>", none);
        check(&format!("<!-- {BOOT} -->"), none);
        check(&format!("<textarea>{BOOT}</textarea>"), none);
    }

    #[test]
    fn the_page_gets_its_parts_and_loses_its_comments() {
        fn check(html: &str, prerender: Option<&str>, expect: Result<&str, &str>) {
            let html = html.replace("BOOT", BOOT);
            let parts = Parts { boot: "./b.js", editor: "./e.js", prerender };
            let page = finish(&html, &parts).map_err(|error| error.to_string());
            let expect = expect
                .map(|page| page.replace("BOOT", "<script type=\"module\" src=\"./b.js\"></script>"))
                .map_err(str::to_owned);
            assert_eq!(page, expect, "{html}");
        }
        check(
            "<html lang=\"en\"><!-- why --><head>BOOT</head><body><!--prerender--></body></html>",
            Some("<p>4 > 3<!--kept--></p>"),
            Ok("<html lang=\"en\" data-editor=\"./e.js\"><head>BOOT</head><body><p>4 > 3<!--kept--></p></body></html>"),
        );
        check(
            "<html>BOOT<!--prerender--><textarea><!--text--></textarea>",
            None,
            Ok("<html data-editor=\"./e.js\">BOOT<textarea><!--text--></textarea>"),
        );
        check("<html>BOOT", Some("<p>"), Err("index.html has no <!--prerender-->, so its first view has no place"));
        check("BOOT<!--prerender-->", Some("<p>"), Err("no <html>"));
    }

    #[test]
    fn what_a_strict_policy_blocks_is_found() {
        fn check(html: &str, expect: &[&str]) {
            assert_eq!(inline_code(html), expect, "{html}");
        }
        check("<script src='a.js'></script><link rel=stylesheet href=a.css>", &[]);
        check("<script>let x = '<style>';</script>", &["an inline <script>"]);
        check("<script type=\"application/ld+json\">{}</script>", &[]);
        check("<style>p {}</style>", &["an inline <style>"]);
        check("<p style=\"color: red\" onclick=go()>", &["style=\"…\" on <p>", "onclick=\"…\" on <p>"]);
        check("<a href=\" JavaScript:go()\">", &["a javascript: address on <a>"]);
        check("<textarea>RUN echo '<p style=\"a\">'</textarea>", &[]);
        check("<pre>a &lt; b < c</pre><!-- <style> -->", &[]);
    }

    #[test]
    fn one_style_sheet_takes_the_place_of_all() {
        let html = "<link rel=\"stylesheet\" href=\"./a.css\"/>\n<link rel=\"icon\" href=\"i\"><link rel=\"stylesheet\" href=\"./b.css\">";
        assert_eq!(styles(html), ["./a.css", "./b.css"]);
        let joined = "<link rel=\"stylesheet\" href=\"./c.css\">\n<link rel=\"icon\" href=\"i\">";
        assert_eq!(with_styles(html, "./c.css"), joined);
    }

    #[test]
    fn what_the_page_loads_is_listed() {
        fn check(html: &str, expect: &[&str]) {
            assert_eq!(addresses(html), expect, "{html}");
        }
        check("<link rel=\"icon\" href='./i.svg' /><a href=\"x\">", &["./i.svg"]);
        check("<html data-editor=\"./e.js\"><script src=./b.js></script>", &["./e.js", "./b.js"]);
        check("<img alt=\"a > b\" src=\"c.png\"><img>", &["c.png"]);
    }
}
