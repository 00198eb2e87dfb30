//! The receipt on a sheet of A4.

use super::canvas::{ACCENT, Page, Style};
use super::{PaperError, VALUE, codes, rows, words};
use crate::{Attachment, Claim, Receipt};

/// 210 × 297 mm.
const SIZE: (f32, f32) = (595.28, 841.89);
const LEFT: f32 = 48.0;
const RIGHT: f32 = SIZE.0 - LEFT;
const WIDTH: f32 = RIGHT - LEFT;
/// Where the texts of rows begin.
const TEXTS: f32 = LEFT + 138.0;
/// How far down rows may go.
const BOTTOM: f32 = SIZE.1 - 118.0;
const QR: f32 = 150.0;

const LABEL: Style = Style::grey(9.0);
const TEXT: Style = Style::plain(10.5);

struct Sheets<'a> {
    receipt: &'a Receipt,
    claim: &'a Claim,
    pages: Vec<Page>,
    page: Page,
    y: f32,
}

/// Its pages, and their size.
pub(super) fn pages(
    receipt: &Receipt,
    claim: &Claim,
    code: &str,
) -> Result<((f32, f32), Vec<Page>), PaperError> {
    let mut sheets = Sheets {
        receipt,
        claim,
        pages: Vec::new(),
        page: Page::default(),
        y: 0.0,
    };
    sheets.head();
    sheets.number(code)?;
    for (label, text) in rows(receipt) {
        sheets.row(label, &text);
    }
    sheets.attachments();
    sheets.foot();
    Ok((SIZE, sheets.finish()))
}

impl Sheets<'_> {
    fn head(&mut self) {
        let page = &mut self.page;
        page.rectangle(0.0, 0.0, SIZE.0, 7.0, ACCENT);
        let title = Style::bold(12.0).in_colour(ACCENT);
        let room = WIDTH - title.width("CARGO DE RECEPCIÓN") - 24.0;
        let name = Style::bold(15.0);
        let mut y = 58.0;
        page.text_before(RIGHT, y, title, "CARGO DE RECEPCIÓN");
        for line in name
            .wrap(&self.receipt.institution, room)
            .into_iter()
            .take(3)
        {
            page.text(LEFT, y, name, line);
            y += name.leading();
        }
        page.text(LEFT, y - 2.0, Style::grey(10.0), "Mesa de partes");
        if let Some(whereabouts) = words::whereabouts(self.receipt) {
            let small = Style::grey(8.5);
            for line in small.wrap(&whereabouts, WIDTH).into_iter().take(2) {
                y += small.leading();
                page.text(LEFT, y, small, line);
            }
        }
        page.line(LEFT, y + 12.0, WIDTH);
        self.y = y + 12.0;
    }

    fn number(&mut self, code: &str) -> Result<(), PaperError> {
        let number = &self.receipt.facts.number;
        let y = self.y + 18.0;
        codes::qr(&mut self.page, RIGHT - QR + 8.0, y - 10.0, QR, code)?;
        let page = &mut self.page;
        page.text(LEFT, y + 10.0, LABEL, "N.º de expediente");
        page.text(LEFT, y + 42.0, Style::bold(27.0), number);
        codes::bars(
            page,
            (LEFT, y + 58.0),
            (WIDTH - QR - 30.0, 36.0),
            1.2,
            number,
        )?;
        let filed = format!("Fecha legal: {}", words::date(self.receipt.facts.filed_on));
        page.text(LEFT, y + 120.0, Style::bold(11.0), filed);
        self.y = y + QR + 4.0;
        self.page.line(LEFT, self.y, WIDTH);
        self.y += 22.0;
        Ok(())
    }

    /// A page more, when there is no room for `height`.
    fn room_for(&mut self, height: f32) {
        if self.y + height <= BOTTOM {
            return;
        }
        self.foot();
        self.pages.push(std::mem::take(&mut self.page));
        let head = format!("{} (continúa)", self.receipt.facts.number);
        self.page.text(LEFT, 52.0, Style::bold(11.0), head);
        self.page.line(LEFT, 62.0, WIDTH);
        self.y = 86.0;
    }

    fn row(&mut self, label: &str, text: &str) {
        let lines = TEXT.wrap(text, RIGHT - TEXTS);
        self.room_for(TEXT.leading() * 2.0);
        self.page.text(LEFT, self.y, LABEL, label);
        for line in lines {
            self.room_for(TEXT.leading());
            self.page.text(TEXTS, self.y, TEXT, line);
            self.y += TEXT.leading();
        }
        self.y += 6.0;
    }

    fn attachments(&mut self) {
        let files = &self.receipt.facts.attachments;
        if files.is_empty() {
            return self.row("Anexos", "Ninguno");
        }
        self.room_for(TEXT.leading() * 3.0);
        self.y += 12.0;
        self.page.line(LEFT, self.y - 17.0, WIDTH);
        let heading = format!("Anexos ({})", files.len());
        self.page.text(LEFT, self.y, Style::bold(10.5), heading);
        self.page
            .text_before(RIGHT - 130.0, self.y, LABEL, "Tamaño");
        self.page
            .text(RIGHT - 112.0, self.y, LABEL, "Huella SHA-256");
        self.y += TEXT.leading() + 3.0;
        for file in files {
            self.attachment(file);
        }
    }

    fn attachment(&mut self, file: &Attachment) {
        let style = Style::plain(9.5);
        let lines = style.wrap(&file.file_name, WIDTH - 190.0);
        self.room_for(style.leading() * 2.0);
        let short = file.sha256.get(..16).unwrap_or(&file.sha256);
        let size = words::size(file.size);
        self.page.text_before(RIGHT - 130.0, self.y, style, &size);
        self.page
            .text(RIGHT - 112.0, self.y, style, format!("{short}…"));
        for line in lines {
            self.page.text(LEFT, self.y, style, line);
            self.y += style.leading();
        }
        self.y += 3.0;
    }

    fn foot(&mut self) {
        let (small, mut y) = (Style::grey(8.0), SIZE.1 - 92.0);
        self.page.line(LEFT, y - 14.0, WIDTH);
        let check = match &self.receipt.verify_at {
            Some(address) => format!("{VALUE} Verificación: {address}"),
            None => VALUE.to_owned(),
        };
        for line in small.wrap(&check, WIDTH) {
            self.page.text(LEFT, y, small, line);
            y += small.leading();
        }
        let digest = hex::encode(self.claim.digest);
        let seal = format!("Huella del documento: {digest} · clave {}", self.claim.key);
        self.page.text(LEFT, y + 4.0, Style::grey(7.5), seal);
        // Three lines at most, below which the number of the page stands.
        for line in self.receipt.lines.iter().take(3) {
            y += small.leading();
            let room = Style::grey(7.5).wrap(line, WIDTH).into_iter().next();
            self.page
                .text(LEFT, y + 5.0, Style::grey(7.5), room.unwrap_or_default());
        }
    }

    fn finish(mut self) -> Vec<Page> {
        self.pages.push(self.page);
        let count = self.pages.len();
        for (n, page) in (1..).zip(&mut self.pages) {
            let text = format!("Página {n} de {count}");
            page.text_before(RIGHT, SIZE.1 - 34.0, Style::grey(8.0), &text);
        }
        self.pages
    }
}
