//! The pages of documentation that are written from the program are current.

use stagewright_tests::pages::pages;
use stagewright_tests::project::read;

#[test]
fn pages_say_what_the_program_says() {
    for (path, text) in pages() {
        let is_current = read(path) == text;
        assert!(is_current, "{path} is not current: `cargo xtask docs` writes it");
    }
}
