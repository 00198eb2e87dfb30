//! From marks to the bytes of a PDF/A-2b, with the fonts that it needs inside.

use std::sync::LazyLock;

use chrono::{Datelike, NaiveDateTime, Timelike};
use krilla::Document;
use krilla::SerializeSettings;
use krilla::color::rgb;
use krilla::configure::{Archival, ConfigurationBuilder};
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::{DateTime, Metadata};
use krilla::num::NormalizedF32;
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule};
use krilla::surface::Surface;
use krilla::text::{Font, TextDirection};

use super::PaperError;
use super::canvas::{Colour, Mark, Page};
use crate::Receipt;

static REGULAR: LazyLock<Option<Font>> =
    LazyLock::new(|| Font::new(notosans::REGULAR_TTF.to_vec().into(), 0));
static BOLD: LazyLock<Option<Font>> =
    LazyLock::new(|| Font::new(notosans::BOLD_TTF.to_vec().into(), 0));

/// Writes `pages` of this size.
pub(super) fn write(
    receipt: &Receipt,
    size: (f32, f32),
    pages: &[Page],
) -> Result<Vec<u8>, PaperError> {
    let archival = ConfigurationBuilder::new().with_archival_validator(Archival::A2_B);
    let mut document = Document::new_with(SerializeSettings {
        configuration: archival.finish().map_err(|error| wrong(&error))?,
        ..SerializeSettings::default()
    });
    for page in pages {
        let settings = PageSettings::from_wh(size.0, size.1);
        let settings = settings.ok_or_else(|| PaperError::Pdf("a page has no size".to_owned()))?;
        let mut paper = document.start_page_with(settings);
        let mut surface = paper.surface();
        for mark in &page.0 {
            draw(&mut surface, mark)?;
        }
        surface.finish();
        paper.finish();
    }
    document.set_metadata(metadata(receipt));
    document.finish().map_err(|error| wrong(&error))
}

fn draw(surface: &mut Surface<'_>, mark: &Mark) -> Result<(), PaperError> {
    match mark {
        Mark::Text { x, y, style, text } => {
            let font = if style.bold { &BOLD } else { &REGULAR };
            let font = Option::clone(font);
            let font = font.ok_or_else(|| PaperError::Pdf("a font is missing".to_owned()))?;
            surface.set_fill(Some(fill(style.colour)));
            let (at, size) = (Point::from_xy(*x, *y), style.size);
            surface.draw_text(at, font, size, text, false, TextDirection::Auto);
        }
        Mark::Rectangle {
            x,
            y,
            width,
            height,
            colour,
        } => {
            let outside = || PaperError::Pdf("a rectangle has no size".to_owned());
            let rectangle = Rect::from_xywh(*x, *y, *width, *height).ok_or_else(outside)?;
            let mut path = PathBuilder::new();
            path.push_rect(rectangle);
            surface.set_fill(Some(fill(*colour)));
            surface.draw_path(&path.finish().ok_or_else(outside)?);
        }
    }
    Ok(())
}

fn fill([red, green, blue]: Colour) -> Fill {
    Fill {
        paint: rgb::Color::new(red, green, blue).into(),
        opacity: NormalizedF32::ONE,
        rule: FillRule::NonZero,
    }
}

/// Nothing but the receipt itself goes in, so that the same receipt is the same bytes.
fn metadata(receipt: &Receipt) -> Metadata {
    let facts = &receipt.facts;
    let at: NaiveDateTime = facts.presented_at.naive_utc();
    let small = |n: u32| u8::try_from(n).unwrap_or_default();
    let presented = DateTime::new(u16::try_from(at.year()).unwrap_or_default())
        .month(small(at.month()))
        .day(small(at.day()))
        .hour(small(at.hour()))
        .minute(small(at.minute()))
        .second(small(at.second()))
        .utc_offset_hour(0)
        .utc_offset_minute(0);
    Metadata::new()
        .title(format!("Cargo {}", facts.number))
        .authors(vec![receipt.institution.clone()])
        .creator("Mesa".to_owned())
        .language("es-PE".to_owned())
        .creation_date(presented)
        .document_id(facts.number.clone())
}

fn wrong(error: &impl std::fmt::Debug) -> PaperError {
    PaperError::Pdf(format!("{error:?}"))
}
