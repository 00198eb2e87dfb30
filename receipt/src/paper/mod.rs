//! Receipts as PDF: A4, and the 80 mm roll of a receipt printer.

mod a4;
mod canvas;
mod codes;
mod pdf;
mod roll;
mod words;

use thiserror::Error;

use crate::keyring::Keyring;
use crate::{Claim, ClaimError, Receipt};

/// What a receipt is printed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// A sheet of 210 × 297 mm.
    A4,
    /// A roll 80 mm wide, as long as the receipt is.
    Roll,
}

impl Format {
    /// The format of this name: `a4` or `80mm`.
    pub fn of_word(word: &str) -> Option<Self> {
        match word {
            "a4" => Some(Self::A4),
            "80mm" => Some(Self::Roll),
            _ => None,
        }
    }

    /// Its name.
    pub const fn word(self) -> &'static str {
        match self {
            Self::A4 => "a4",
            Self::Roll => "80mm",
        }
    }
}

/// Why a receipt is not drawn.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PaperError {
    /// It cannot be sealed.
    #[error(transparent)]
    Claim(#[from] ClaimError),
    /// A code cannot hold what it should.
    #[error("the code of the receipt cannot be drawn")]
    Code,
    /// Drawing ended before the paper was there.
    #[error("the receipt was not drawn to its end")]
    Interrupted,
    /// The PDF cannot be written.
    #[error("the receipt cannot be written as PDF: {0}")]
    Pdf(String),
}

/// Draws `receipt` on `format`, sealed with the newest of `keys`: a PDF/A-2b.
///
/// # Errors
///
/// [`PaperError`].
pub fn draw(receipt: &Receipt, keys: &Keyring, format: Format) -> Result<Vec<u8>, PaperError> {
    let claim = Claim::seal(receipt, keys)?;
    let code = match &receipt.verify_at {
        Some(address) => format!("{address}#{claim}"),
        None => claim.to_string(),
    };
    let (size, pages) = match format {
        Format::A4 => a4::pages(receipt, &claim, &code)?,
        Format::Roll => roll::pages(receipt, &claim, &code)?,
    };
    pdf::write(receipt, size, &pages)
}

/// What stands in each row of a receipt: what it is, and its text.
fn rows(receipt: &Receipt) -> Vec<(&'static str, String)> {
    let facts = &receipt.facts;
    let mut rows = vec![
        ("Presentado", words::instant(facts.presented_at)),
        ("Se considera presentado", words::long_date(facts.filed_on)),
        ("Remitente", facts.sender.clone()),
    ];
    rows.extend(
        facts
            .identity
            .clone()
            .map(|identity| ("Identidad", identity)),
    );
    rows.push(("Tipo", receipt.document_type.clone()));
    rows.push(("Asunto", facts.subject.clone()));
    rows.push(("Folios", facts.folios.to_string()));
    rows.extend(receipt.due_on.map(|due| ("Vence", words::long_date(due))));
    rows.push(("Registrado por", receipt.registrar.clone()));
    rows.push(("Lugar", receipt.place.clone()));
    rows
}

/// What the receipt is worth, and how it is checked.
const VALUE: &str = "Este cargo acredita la recepción del documento y tiene el mismo valor que el \
                     original. Su autenticidad se comprueba con el código QR, también sin conexión.";
