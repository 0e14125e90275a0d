//! Wrong inputs by the thousand, the same ones on every machine.

/// A generator of numbers (splitmix64, by Sebastiano Vigna; public domain): small, and the same
/// everywhere.
#[derive(Clone, Debug)]
pub struct Numbers(u64);

impl Numbers {
    /// The row of numbers that belongs to a seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `limit`; nought where that is nought.
    pub fn below(&mut self, limit: usize) -> usize {
        // The remainder is below a usize, and the bias does not matter here.
        (self.number() % (limit.max(1) as u64)) as usize
    }

    /// One of `items`, which are not empty.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }
}

/// Pieces of text that mean something to the parser somewhere.
pub(crate) const FRAGMENTS: &[&str] = &[
    "\n",
    "\r\n",
    "\r",
    "\\\n",
    "\\",
    "`",
    "`\n",
    "\\ \n",
    "\n\n",
    "\t",
    " ",
    "\u{a0}",
    "\u{feff}",
    "\0",
    "\u{7f}",
    "#",
    "# escape=`\n",
    "# escape=\\\n",
    "# escape=x\n",
    "# syntax=docker/dockerfile:1\n",
    "# check=error=true\n",
    "<<EOF",
    "<<-EOF",
    "<<\"EOF\"",
    "<<'EOF'",
    "EOF\n",
    "\nEOF\n",
    "<<",
    "<<A <<B\n",
    "3<<EOF",
    "RUN <<EOF\n",
    "COPY <<a <<b /\n",
    "$",
    "${",
    "}",
    "${a",
    "${a}",
    "${a:-",
    "${a:+b}",
    "${a:?}",
    "${a#*}",
    "${a##*/}",
    "${a%b}",
    "${a/b/c}",
    "${a//",
    "$$",
    "$1",
    "$@",
    "${a:-${b:-${c}}}",
    "\\$",
    "'",
    "\"",
    "\"\"",
    "''",
    "\\\"",
    "=",
    "==",
    "--",
    "--from=",
    "--from=0",
    "--from=9",
    "--from=base",
    "--from=-1",
    "--platform=",
    "--platform=$BUILDPLATFORM",
    "--platform=linux/arm64/v8",
    "--mount=",
    "--mount=from=",
    "--mount=type=cache,target=/a",
    "--mount=type=bind,from=base,source=/,target=/x",
    "--mount=type=secret,id=a",
    "--mount=type=ssh",
    "--mount=\"type=tmpfs,size=1g\"",
    "--link",
    "--link=false",
    "--chown=1:1",
    "--chmod=755",
    "--exclude=*",
    "--parents",
    "--keep-git-dir",
    "--checksum=sha256:",
    "--network=none",
    "--security=insecure",
    "--interval=1s",
    "--retries=-1",
    "--device=a",
    "[",
    "]",
    "[\"",
    "\"]",
    "[\"a\",\"b\"]",
    "[1]",
    "[\"\\u12\"]",
    "[\"\\ud83d\"]",
    ",",
    "FROM ",
    "FROM a AS b\n",
    "FROM b AS a\n",
    "FROM scratch\n",
    "FROM scratch AS scratch\n",
    "FROM $A\n",
    "FROM ${A:-b}\n",
    " AS ",
    " as x",
    "AS",
    "from a\n",
    "ARG ",
    "ARG A\n",
    "ARG A=b\n",
    "ARG A=$A\n",
    "ARG TARGETSTAGE\n",
    "ENV ",
    "ENV a b\n",
    "ENV a=$a\n",
    "LABEL a=b\n",
    "ADD ",
    "ADD https://x.org/a /\n",
    "ADD https://github.com/a/b.git#c:d /\n",
    "ADD git@github.com:a/b.git /\n",
    "COPY ",
    "COPY . .\n",
    "COPY --from=a / /\n",
    "RUN ",
    "RUN true\n",
    "CMD []\n",
    "ENTRYPOINT a\n",
    "SHELL [\"a\"]\n",
    "SHELL []\n",
    "WORKDIR /\n",
    "WORKDIR a/../..\n",
    "USER a:b\n",
    "STOPSIGNAL 9\n",
    "VOLUME [\"\"]\n",
    "VOLUME /a\n",
    "EXPOSE 80-90/udp\n",
    "EXPOSE 1-65535\n",
    "HEALTHCHECK NONE\n",
    "HEALTHCHECK CMD a\n",
    "ONBUILD ",
    "ONBUILD COPY --from=a / /\n",
    "ONBUILD ONBUILD RUN\n",
    "MAINTAINER x\n",
    "UNKNOWN\n",
    "\u{1f433}",
    "\u{e9}",
    "\u{130}",
    "\u{1e9e}",
    "\u{ffff}",
    "\u{2028}",
    "e\u{301}",
    "0",
    "18446744073709551616",
    "-1",
    "99999999999h",
    "sha256:",
    "@",
    ":",
    "/",
    "..",
    "*",
    "?",
    "http://",
    "https://",
    "git://",
    ".git",
    "context",
    "scratch",
    "base",
    "stage-0",
    "linux/amd64",
    "windows",
];

/// The longest text that is made of others, in bytes: short ones are quick, and as wrong.
const LONGEST: usize = 3_000;

/// A wrong text: a mutation of some of `texts`, or now and then nothing but noise.
#[must_use]
pub fn text(numbers: &mut Numbers, texts: &[String]) -> String {
    if numbers.below(16) == 0 {
        return noise(numbers);
    }
    let mut bytes = excerpt(numbers, texts);
    for _ in 0..=numbers.below(6) {
        mutate(numbers, texts, &mut bytes);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A part of a text, from the start of a line; most often from the first.
fn excerpt(numbers: &mut Numbers, texts: &[String]) -> Vec<u8> {
    let text = numbers.pick(texts).as_bytes();
    let start = if numbers.below(4) == 0 { line_start(numbers, text) } else { 0 };
    let end = text.len().min(start + 1 + numbers.below(LONGEST));
    text[start..end].to_vec()
}

/// The start of some line.
fn line_start(numbers: &mut Numbers, text: &[u8]) -> usize {
    let at = numbers.below(text.len());
    text[..at].iter().rposition(|&byte| byte == b'\n').map_or(0, |newline| newline + 1)
}

/// Bytes at random, or fragments at random.
fn noise(numbers: &mut Numbers) -> String {
    let length = numbers.below(200);
    if numbers.below(2) == 0 {
        let bytes: Vec<u8> = (0..length).map(|_| numbers.number() as u8).collect();
        return String::from_utf8_lossy(&bytes).into_owned();
    }
    (0..length / 4).map(|_| *numbers.pick(FRAGMENTS)).collect()
}

/// One change.
fn mutate(numbers: &mut Numbers, texts: &[String], bytes: &mut Vec<u8>) {
    let at = numbers.below(bytes.len() + 1);
    let line = line_start(numbers, bytes);
    let line_end = bytes[line..].iter().position(|&byte| byte == b'\n').map_or(bytes.len(), |n| line + n + 1);
    match numbers.below(12) {
        // A fragment, anywhere, and at the start of a line.
        0..=2 => drop(bytes.splice(at..at, numbers.pick(FRAGMENTS).bytes())),
        3 => drop(bytes.splice(line..line, numbers.pick(FRAGMENTS).bytes())),
        // A fragment behind the first word of a line, where flags are.
        4 => {
            let word = bytes[line..line_end].iter().position(|&byte| byte == b' ').map_or(line, |n| line + n + 1);
            drop(bytes.splice(word..word, numbers.pick(FRAGMENTS).bytes().chain([b' '])));
        }
        // Fewer bytes, or other ones.
        5 => {
            let end = bytes.len().min(at + 1 + numbers.below(12));
            bytes.drain(at..end);
        }
        6 => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte = numbers.number() as u8;
            }
        }
        7 => bytes.truncate(at),
        // A line less, twice, elsewhere, or from another file.
        8 => drop(bytes.drain(line..line_end)),
        9 => {
            let copy = bytes[line..line_end].to_vec();
            drop(bytes.splice(line_end..line_end, copy));
        }
        10 => {
            let moved: Vec<u8> = bytes.drain(line..line_end).collect();
            let to = line_start(numbers, bytes);
            drop(bytes.splice(to..to, moved));
        }
        _ => {
            let other = numbers.pick(texts).as_bytes();
            let start = line_start(numbers, other);
            let end = other.len().min(start + numbers.below(400));
            drop(bytes.splice(line..line, other[start..end].iter().copied()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_texts() {
        let texts = ["FROM a\nRUN b\n".to_owned(), "FROM \u{1f433}\n".to_owned()];
        let made = |seed| -> Vec<String> {
            let mut numbers = Numbers::new(seed);
            (0..200).map(|_| text(&mut numbers, &texts)).collect()
        };
        assert_eq!(made(7), made(7));
        assert_ne!(made(7), made(8));
    }

    #[test]
    fn the_numbers_are_those_of_splitmix64() {
        let mut numbers = Numbers::new(1_234_567);
        assert_eq!([numbers.number(), numbers.number()], [6_457_827_717_110_365_317, 3_203_168_211_198_807_973]);
    }
}
