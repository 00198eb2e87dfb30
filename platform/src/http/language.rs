//! Spanish or English, as the reader asks.

use axum::http::{HeaderMap, header};

/// A language in which titles are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// Spanish: when nothing else is asked for.
    #[default]
    Es,
    /// English.
    En,
}

/// One title in both languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Titles {
    /// In Spanish.
    pub es: &'static str,
    /// In English.
    pub en: &'static str,
}

impl Titles {
    /// The title in `language`.
    #[must_use]
    pub const fn in_language(&self, language: Language) -> &'static str {
        match language {
            Language::Es => self.es,
            Language::En => self.en,
        }
    }
}

impl Language {
    /// The tag of the language, `es` or `en`.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Es => "es",
            Self::En => "en",
        }
    }

    /// The one of ours that `Accept-Language` weighs highest; the first named wins a tie, and
    /// Spanish wins when neither is named.
    #[must_use]
    pub fn accepted(headers: &HeaderMap) -> Self {
        let mut best = (Self::default(), 0);
        let lines = headers.get_all(header::ACCEPT_LANGUAGE);
        let ranges = lines
            .iter()
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.split(','));
        for (language, weight) in ranges.filter_map(range) {
            if weight > best.1 {
                best = (language, weight);
            }
        }
        best.0
    }
}

/// One language range: a language of ours and its weight in thousandths.
fn range(text: &str) -> Option<(Language, u32)> {
    let mut parts = text.split(';').map(str::trim);
    let primary = parts.next()?.split('-').next()?;
    let language = if primary.eq_ignore_ascii_case("es") {
        Language::Es
    } else if primary.eq_ignore_ascii_case("en") {
        Language::En
    } else {
        return None;
    };
    let weight = parts
        .find_map(|part| part.strip_prefix("q="))
        .map_or(Some(1000), thousandths)?;
    Some((language, weight))
}

fn thousandths(text: &str) -> Option<u32> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = format!("{fraction:0<3}");
    let whole: u32 = whole.parse().ok()?;
    Some((whole * 1000 + digits.get(..3)?.parse::<u32>().ok()?).min(1000))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn accepted(text: &'static str) -> Language {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static(text));
        Language::accepted(&headers)
    }

    #[test]
    fn the_language_weighed_highest_is_taken() {
        assert_eq!(accepted("es-PE,es;q=0.9,en;q=0.8"), Language::Es);
        assert_eq!(accepted("en-US,es;q=0.9"), Language::En);
        assert_eq!(accepted("es;q=0.3, en;q=0.35"), Language::En);
        assert_eq!(accepted("fr, en;q=0.1"), Language::En);
    }

    #[test]
    fn spanish_answers_those_who_ask_for_nothing_we_have() {
        assert_eq!(accepted("qu, fr;q=0.5"), Language::Es);
        assert_eq!(accepted("en;q=0"), Language::Es);
        assert_eq!(accepted(";;q=,"), Language::Es);
        assert_eq!(Language::accepted(&HeaderMap::new()), Language::Es);
    }
}
