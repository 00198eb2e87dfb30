//! What is drawn, before it is PDF: texts and rectangles at their places, page by page.
//!
//! Lengths are points (1/72 inch), from the left and from the top; the place of a text is its
//! baseline.

use std::sync::LazyLock;

use ttf_parser::Face;

/// A colour: red, green, blue.
pub(super) type Colour = [u8; 3];

/// Black enough to read, soft enough to look at.
pub(super) const INK: Colour = [0x1a, 0x22, 0x33];
/// What stands out.
pub(super) const ACCENT: Colour = [0x0b, 0x55, 0x63];
/// What steps back.
pub(super) const GREY: Colour = [0x5b, 0x66, 0x77];
/// Lines.
pub(super) const LINE: Colour = [0xd0, 0xd5, 0xdd];
/// What codes are printed in.
pub(super) const BLACK: Colour = [0, 0, 0];

/// How a text looks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Style {
    pub(super) size: f32,
    pub(super) bold: bool,
    pub(super) colour: Colour,
}

impl Style {
    pub(super) const fn plain(size: f32) -> Self {
        Self {
            size,
            bold: false,
            colour: INK,
        }
    }

    pub(super) const fn bold(size: f32) -> Self {
        Self {
            bold: true,
            ..Self::plain(size)
        }
    }

    pub(super) const fn grey(size: f32) -> Self {
        Self {
            colour: GREY,
            ..Self::plain(size)
        }
    }

    pub(super) const fn in_colour(self, colour: Colour) -> Self {
        Self { colour, ..self }
    }

    /// From one line to the next.
    pub(super) fn leading(self) -> f32 {
        self.size * 1.35
    }

    /// How wide `text` is.
    pub(super) fn width(self, text: &str) -> f32 {
        let face = if self.bold { &BOLD } else { &REGULAR };
        let Some((face, per_em)) = face.as_ref() else {
            return 0.0;
        };
        let advance = |c: char| {
            let glyph = face.glyph_index(c).unwrap_or_default();
            f32::from(face.glyph_hor_advance(glyph).unwrap_or_default())
        };
        text.chars().map(advance).sum::<f32>() / per_em * self.size
    }

    /// `text` as it can be printed: what the font does not have is a `?`.
    pub(super) fn printable(self, text: &str) -> String {
        let face = if self.bold { &BOLD } else { &REGULAR };
        let has = |c: char| {
            let face = face.as_ref();
            face.is_some_and(|(face, _)| face.glyph_index(c).is_some_and(|glyph| glyph.0 != 0))
        };
        let shown = |c: char| if has(c) { c } else { '?' };
        text.chars()
            .filter(|c| !c.is_control())
            .map(shown)
            .collect()
    }

    /// `text` in lines that are at most `width` wide. A word that is wider is cut.
    pub(super) fn wrap(self, text: &str, width: f32) -> Vec<String> {
        let mut lines = Vec::new();
        for paragraph in text.lines() {
            let mut line = String::new();
            for word in paragraph.split_whitespace() {
                let longer = if line.is_empty() {
                    word.to_owned()
                } else {
                    format!("{line} {word}")
                };
                if self.width(&longer) <= width {
                    line = longer;
                    continue;
                }
                if !line.is_empty() {
                    lines.push(std::mem::take(&mut line));
                }
                for c in word.chars() {
                    if self.width(&line) + self.width(c.encode_utf8(&mut [0; 4])) > width {
                        lines.push(std::mem::take(&mut line));
                    }
                    line.push(c);
                }
            }
            if !line.is_empty() {
                lines.push(line);
            }
        }
        lines
    }
}

static REGULAR: LazyLock<Option<(Face<'static>, f32)>> =
    LazyLock::new(|| face(notosans::REGULAR_TTF));
static BOLD: LazyLock<Option<(Face<'static>, f32)>> = LazyLock::new(|| face(notosans::BOLD_TTF));

fn face(bytes: &'static [u8]) -> Option<(Face<'static>, f32)> {
    let face = Face::parse(bytes, 0).ok()?;
    let per_em = f32::from(face.units_per_em());
    Some((face, per_em))
}

/// One thing that is drawn.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Mark {
    Text {
        x: f32,
        y: f32,
        style: Style,
        text: String,
    },
    Rectangle {
        x: f32,
        y: f32,
        width: f32,
        height: f32,
        colour: Colour,
    },
}

/// One page.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Page(pub(super) Vec<Mark>);

impl Page {
    /// A text from `x` on.
    pub(super) fn text(&mut self, x: f32, y: f32, style: Style, text: impl Into<String>) {
        let text = style.printable(&text.into());
        self.0.push(Mark::Text { x, y, style, text });
    }

    /// A text up to `x`.
    pub(super) fn text_before(&mut self, x: f32, y: f32, style: Style, text: &str) {
        self.text(x - style.width(text), y, style, text);
    }

    /// A text around `x`.
    pub(super) fn text_around(&mut self, x: f32, y: f32, style: Style, text: &str) {
        self.text(x - style.width(text) / 2.0, y, style, text);
    }

    pub(super) fn rectangle(&mut self, x: f32, y: f32, width: f32, height: f32, colour: Colour) {
        self.0.push(Mark::Rectangle {
            x,
            y,
            width,
            height,
            colour,
        });
    }

    /// A thin line from side to side.
    pub(super) fn line(&mut self, x: f32, y: f32, width: f32) {
        self.rectangle(x, y, width, 0.6, LINE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_as_wide_as_allowed_and_lose_no_letter() {
        let style = Style::plain(10.0);
        let text = "Solicita licencia de edificación\ny una palabra larguísima: \
                    desoxirribonucleotidotransferasadesoxirribonucleotidotransferasa";
        let lines = style.wrap(text, 120.0);
        assert!(lines.len() > 3, "{lines:?}");
        assert!(
            lines.iter().all(|line| style.width(line) <= 120.0),
            "{lines:?}"
        );
        let letters = |text: &str| {
            text.chars()
                .filter(|c| !c.is_whitespace())
                .collect::<String>()
        };
        assert_eq!(letters(&lines.concat()), letters(text));
    }

    #[test]
    fn bold_is_wider_than_plain() {
        assert!(Style::bold(10.0).width("EXP-2026") > Style::plain(10.0).width("EXP-2026"));
    }
}
