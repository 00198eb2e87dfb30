//! The receipt as whoever holds it sees it: drawn, looked at, its code read back and checked.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use chrono::NaiveDate;
use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::page::Page;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};
use proptest::prelude::*;
use receipt::paper::draw;
use receipt::{Attachment, Claim, ClaimError, Facts, Format, Keyring, Receipt};
use rqrr::PreparedImage;

fn keys() -> Keyring {
    Keyring::read(&Keyring::line("k1", [7; 32])).unwrap()
}

fn receipt(files: u8) -> Receipt {
    let file = |n| Attachment {
        file_name: format!("Plano de ubicación y localización, lámina {n}.pdf"),
        size: 1_000_000 * (u64::from(n) + 1),
        sha256: format!("{n:02x}").repeat(32),
    };
    Receipt {
        institution: "Municipalidad Provincial de Puno".to_owned(),
        ruc: Some("20146247084".to_owned()),
        address: Some("Jr. Deustua 458, Puno".to_owned()),
        lines: vec!["Atención: lunes a viernes, de 8:00 a 16:30".to_owned()],
        place: "Mesa de Partes".to_owned(),
        facts: Facts {
            number: "EXP-2026-000123".to_owned(),
            presented_at: "2026-11-24T20:04:05Z".parse().unwrap(),
            filed_on: NaiveDate::from_ymd_opt(2026, 11, 24).unwrap(),
            sender: "Rosa Quispe Mamani".to_owned(),
            identity: Some("DNI 12345678".to_owned()),
            subject: "Solicita licencia de edificación para el predio del Jr. Junín N.º 123, \
                      con los planos y la memoria descriptiva que se adjuntan."
                .to_owned(),
            folios: 12,
            attachments: (0..files).map(file).collect(),
        },
        document_type: "Solicitud".to_owned(),
        registrar: "Ana Quispe (operadora de mesa)".to_owned(),
        due_on: NaiveDate::from_ymd_opt(2027, 1, 6),
        tracking_token: "0123456789abcdef".repeat(2),
        verify_at: Some("https://mesa.munipuno.example/verificar".to_owned()),
    }
}

/// What the codes on every page of a PDF say, as a camera reads them at this scale.
fn read_back(pdf: Vec<u8>, scale: f32) -> Vec<String> {
    let pdf = Pdf::new(pdf).unwrap();
    let (cache, interpreting) = (RenderCache::new(), InterpreterSettings::default());
    let rendering = RenderSettings::default();
    let pixels = PixmapSettings {
        x_scale: scale,
        y_scale: scale,
        bg_color: WHITE,
    };
    let mut texts = Vec::new();
    for page in pdf.pages().iter() {
        let picture = render(page, &cache, &interpreting, &rendering, &pixels);
        let (width, height) = (usize::from(picture.width()), usize::from(picture.height()));
        let data = picture.data();
        let grey = |x: usize, y: usize| data[y * width + x].g;
        let mut picture = PreparedImage::prepare_from_greyscale(width, height, grey);
        let codes = picture.detect_grids();
        texts.extend(codes.iter().map(|code| code.decode().unwrap().1));
    }
    texts
}

/// R3: the code read back from the picture holds for the very facts, and for no others.
#[test]
fn r3_the_code_read_back_from_the_picture_holds_and_one_flipped_bit_does_not() {
    for (format, scale) in [(Format::A4, 2.0), (Format::Roll, 2.0)] {
        let receipt = receipt(3);
        let texts = read_back(draw(&receipt, &keys(), format).unwrap(), scale);
        let [text] = texts.as_slice() else {
            panic!("{format:?}: {texts:?}");
        };
        assert!(text.starts_with("https://mesa.munipuno.example/verificar#MESA1."));
        let claim: Claim = text.parse().unwrap();
        assert_eq!(claim.check(&keys()), Ok(()));
        assert!(claim.is_of(&receipt.facts));
        let mut other = receipt.facts.clone();
        other.folios += 1;
        assert!(!claim.is_of(&other));
        let mut flipped = claim.clone();
        flipped.digest[31] ^= 1;
        assert_eq!(flipped.check(&keys()), Err(ClaimError::Forged));
        let mut flipped = claim.clone();
        flipped.signature[0] ^= 1;
        assert_eq!(flipped.check(&keys()), Err(ClaimError::Forged));
    }
}

#[test]
fn the_same_receipt_is_the_same_bytes_and_a_changed_document_another() {
    let one = draw(&receipt(1), &keys(), Format::A4).unwrap();
    assert_eq!(one, draw(&receipt(1), &keys(), Format::A4).unwrap());
    assert_ne!(one, draw(&receipt(2), &keys(), Format::A4).unwrap());
}

#[test]
fn many_files_take_more_sheets_and_a_longer_roll() {
    let pages = |files, format| {
        let pdf = Pdf::new(draw(&receipt(files), &keys(), format).unwrap()).unwrap();
        let sizes = pdf.pages().iter().map(Page::render_dimensions);
        sizes.collect::<Vec<_>>()
    };
    assert_eq!(pages(3, Format::A4).len(), 1);
    assert!(pages(200, Format::A4).len() > 2);
    let (short, long) = (pages(0, Format::Roll), pages(20, Format::Roll));
    assert_eq!((short.len(), long.len()), (1, 1));
    assert!(long[0].1 > short[0].1 + 100.0);
}

/// Old receipts stay valid when keys rotate.
#[test]
fn what_an_older_key_sealed_still_holds() {
    let claim = Claim::seal(&receipt(0), &keys()).unwrap();
    let rotated = keys().public_text() + &Keyring::line("k2", [8; 32]);
    let rotated = Keyring::read(&rotated).unwrap();
    assert_eq!(claim.check(&rotated), Ok(()));
    assert_eq!(Claim::seal(&receipt(0), &rotated).unwrap().key, "k2");
    let others = Keyring::read(&Keyring::line("k9", [9; 32])).unwrap();
    assert_eq!(claim.check(&others), Err(ClaimError::UnknownKey));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is altered in the text of a claim, it does not hold.
    #[test]
    fn no_altered_claim_holds(place in 0..300_usize, with in "[ -~]") {
        let text = Claim::seal(&receipt(1), &keys()).unwrap().to_string();
        let place = place % text.len();
        let mut altered = text.clone();
        altered.replace_range(place..=place, &with);
        prop_assume!(altered != text);
        let held = altered.parse::<Claim>().and_then(|claim| claim.check(&keys()));
        prop_assert!(held.is_err(), "{}", altered);
    }

    #[test]
    fn no_text_makes_reading_panic(text in any::<String>()) {
        let _ = text.parse::<Claim>();
        let _ = Keyring::read(&text);
    }

    /// Whatever people write fits on paper.
    #[test]
    fn any_text_is_drawn(name in ".{0,300}", subject in ".{0,2000}") {
        let mut receipt = receipt(1);
        receipt.facts.sender.clone_from(&name);
        receipt.facts.subject = subject;
        receipt.facts.attachments[0].file_name = name;
        for format in [Format::A4, Format::Roll] {
            let drawn = draw(&receipt, &keys(), format);
            prop_assert!(drawn.is_ok(), "{:?}", drawn);
        }
    }
}
