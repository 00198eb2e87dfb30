//! The receipt on the 80 mm roll of a receipt printer: one page, as long as it has to be.

use super::canvas::{Page, Style};
use super::{PaperError, VALUE, codes, rows, words};
use crate::{Claim, Receipt};

/// 80 mm.
const PAPER: f32 = 226.77;
const LEFT: f32 = 12.0;
const WIDTH: f32 = PAPER - 2.0 * LEFT;
const MIDDLE: f32 = PAPER / 2.0;
const QR: f32 = 172.0;

const TEXT: Style = Style::plain(9.5);

struct Strip {
    page: Page,
    y: f32,
}

/// Its page, and how large it is.
pub(super) fn pages(
    receipt: &Receipt,
    claim: &Claim,
    code: &str,
) -> Result<((f32, f32), Vec<Page>), PaperError> {
    let facts = &receipt.facts;
    let mut strip = Strip {
        page: Page::default(),
        y: 20.0,
    };
    strip.middle(Style::bold(11.5), &receipt.institution);
    if let Some(whereabouts) = words::whereabouts(receipt) {
        strip.middle(Style::plain(7.5), &whereabouts);
    }
    strip.middle(TEXT, "Mesa de partes · Cargo de recepción");
    strip.line();
    strip.y += 12.0;
    strip.middle(Style::bold(19.0), &facts.number);
    strip.bars(&facts.number)?;
    for (label, text) in rows(receipt) {
        strip.row(label, &text);
    }
    if facts.attachments.is_empty() {
        strip.row("Anexos", "Ninguno");
    }
    for file in &facts.attachments {
        let short = file.sha256.get(..16).unwrap_or(&file.sha256);
        let said = format!("{}\n{} · {short}…", file.file_name, words::size(file.size));
        strip.row("Anexo", &said);
    }
    strip.line();
    let left = MIDDLE - QR / 2.0;
    codes::qr(&mut strip.page, left, strip.y - 8.0, QR, code)?;
    strip.y += QR;
    let small = Style::plain(7.5);
    strip.middle(small, VALUE);
    if let Some(address) = &receipt.verify_at {
        strip.middle(small, address);
    }
    for line in &receipt.lines {
        strip.middle(small, line);
    }
    let digest = hex::encode(claim.digest);
    strip.middle(small, &format!("{digest} · {}", claim.key));
    Ok(((PAPER, strip.y + 12.0), vec![strip.page]))
}

impl Strip {
    fn middle(&mut self, style: Style, text: &str) {
        for line in style.wrap(text, WIDTH) {
            self.page.text_around(MIDDLE, self.y, style, &line);
            self.y += style.leading();
        }
    }

    fn line(&mut self) {
        self.page.line(LEFT, self.y - 4.0, WIDTH);
        self.y += 12.0;
    }

    fn bars(&mut self, number: &str) -> Result<(), PaperError> {
        let mut bars = Page::default();
        let width = codes::bars(&mut bars, (0.0, 0.0), (WIDTH, 34.0), 1.0, number)?;
        let place = (MIDDLE - width / 2.0, self.y - 10.0);
        codes::bars(&mut self.page, place, (width, 34.0), 1.0, number)?;
        self.y += 44.0;
        Ok(())
    }

    fn row(&mut self, label: &str, text: &str) {
        self.page.text(LEFT, self.y, Style::grey(7.5), label);
        self.y += TEXT.leading();
        for line in TEXT.wrap(text, WIDTH) {
            self.page.text(LEFT, self.y, TEXT, line);
            self.y += TEXT.leading();
        }
        self.y += 3.0;
    }
}
