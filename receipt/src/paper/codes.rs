//! The QR code and the bar code, as rectangles.

use barcoders::sym::code128::Code128;
use fast_qr::ECL;
use fast_qr::qr::QRBuilder;

use super::PaperError;
use super::canvas::{BLACK, Page};

/// The white border of a QR code, in modules.
const QUIET: u16 = 4;
/// Before a text that is written in set B of Code 128: all printable ASCII.
const SET_B: char = '\u{0181}';

/// Draws the QR code of `text` into a square of `side`, border included.
pub(super) fn qr(page: &mut Page, x: f32, y: f32, side: f32, text: &str) -> Result<(), PaperError> {
    let code = QRBuilder::new(text).ecl(ECL::M).build();
    let code = code.map_err(|_| PaperError::Code)?;
    let modules = u16::try_from(code.size).map_err(|_| PaperError::Code)?;
    let module = side / f32::from(modules + 2 * QUIET);
    let at = |n: u16| f32::from(n + QUIET) * module;
    for row in 0..modules {
        let mut column = 0;
        while column < modules {
            let begin = column;
            while column < modules && code[usize::from(row)][usize::from(column)].value() {
                column += 1;
            }
            if column > begin {
                let width = f32::from(column - begin) * module;
                page.rectangle(x + at(begin), y + at(row), width, module, BLACK);
            }
            column += 1;
        }
    }
    Ok(())
}

/// Draws the bar code of `text`, at most `width` wide and with bars of at most `most` a module; gives
/// how wide it is.
pub(super) fn bars(
    page: &mut Page,
    (x, y): (f32, f32),
    (width, height): (f32, f32),
    most: f32,
    text: &str,
) -> Result<f32, PaperError> {
    let code = Code128::new(format!("{SET_B}{text}")).map_err(|_| PaperError::Code)?;
    let modules = code.encode();
    let count = u16::try_from(modules.len()).map_err(|_| PaperError::Code)?;
    let module = (width / f32::from(count)).min(most);
    let mut place = x;
    for run in modules.chunk_by(|one, next| one == next) {
        let run_width = f32::from(u16::try_from(run.len()).unwrap_or_default()) * module;
        if run.first() == Some(&1) {
            page.rectangle(place, y, run_width, height, BLACK);
        }
        place += run_width;
    }
    Ok(f32::from(count) * module)
}
