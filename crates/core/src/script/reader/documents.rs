//! The here-documents of a script: which ones a line opens, and their lines.

use super::Reader;

/// A here-document that the line opens.
pub(super) struct Document {
    end: String,
    is_plain: bool,
    has_tabs: bool,
}

impl Reader<'_, '_> {
    /// A here-document is opened.
    pub(super) fn document(&mut self) {
        self.end_word();
        let behind = &self.text[self.at + 2..];
        let (has_tabs, behind) = behind.strip_prefix('-').map_or((false, behind), |rest| (true, rest));
        let behind = behind.trim_start_matches([' ', '\t']);
        let written =
            behind.split(|c: char| c.is_ascii_whitespace() || ";&|()<>".contains(c)).next().unwrap_or_default();
        let end = written.replace(['"', '\'', '\\'], "");
        if !end.is_empty() {
            self.documents.push(Document { is_plain: end.len() == written.len(), end, has_tabs });
        }
        self.at = self.text.len() - behind.len() + written.len() - 1;
    }

    /// The here-documents that the line in front of the place opened.
    pub(super) fn bodies(&mut self) {
        for document in std::mem::take(&mut self.documents) {
            loop {
                let start = self.at + 1;
                let Some(rest) = self.text.get(start..).filter(|rest| !rest.is_empty()) else { return };
                let line = rest.split('\n').next().unwrap_or_default();
                let end = (start + line.len()).min(self.text.len() - 1);
                let bare = if document.has_tabs { line.trim_start_matches('\t') } else { line };
                let is_end = bare.trim_end_matches('\r') == document.end;
                if document.is_plain && !is_end {
                    self.at = start;
                    self.plain(start + line.len());
                }
                self.at = end;
                if is_end {
                    break;
                }
            }
        }
    }

    /// A text up to `end` in which variables are replaced, and nothing else means anything.
    pub(super) fn plain(&mut self, end: usize) {
        while self.at < end {
            match self.byte(self.at) {
                b'\\' => self.at += 1,
                b'$' if self.byte(self.at + 1) == b'$' => self.at += 1,
                b'$' => _ = self.variable(),
                _ => {}
            }
            self.at += 1;
        }
    }
}
