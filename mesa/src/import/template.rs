//! Texts with places that a case fills: `Expediente {case}: {activity}`.

use serde::Deserialize;

/// A text with places.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Template(Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Case,
    Channel,
    Activity,
}

impl Template {
    /// A text without places.
    pub fn plain(text: &str) -> Self {
        Self(vec![Piece::Text(text.to_owned())])
    }

    /// Whether it has a place for the activity.
    pub fn names_activity(&self) -> bool {
        self.0.contains(&Piece::Activity)
    }

    /// The text for one case.
    pub fn fill(&self, case: &str, channel: &str, activity: &str) -> String {
        let piece = |piece: &Piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Case => case.to_owned(),
            Piece::Channel => channel.to_owned(),
            Piece::Activity => activity.to_owned(),
        };
        let filled: String = self.0.iter().map(piece).collect();
        filled
            .trim_end_matches(|c: char| c.is_whitespace() || c == ':')
            .to_owned()
    }
}

impl TryFrom<String> for Template {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut rest = text.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            let (place, after) = after
                .split_once('}')
                .ok_or_else(|| "a `{` without its `}`".to_owned())?;
            pieces.push(Piece::Text(before.to_owned()));
            pieces.push(match place {
                "case" => Piece::Case,
                "channel" => Piece::Channel,
                "activity" => Piece::Activity,
                other => {
                    return Err(format!(
                        "{{{other}}} is none of {{case}}, {{channel}}, {{activity}}"
                    ));
                }
            });
            rest = after;
        }
        pieces.push(Piece::Text(rest.to_owned()));
        Ok(Self(pieces))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(text: &str) -> Result<Template, String> {
        text.to_owned().try_into()
    }

    #[test]
    fn places_are_filled_and_a_dangling_colon_is_dropped() {
        let template = template("Expediente {case}: {activity}").unwrap();
        assert_eq!(
            template.fill("7", "web", "Registro"),
            "Expediente 7: Registro"
        );
        assert_eq!(template.fill("7", "web", ""), "Expediente 7");
    }

    #[test]
    fn an_unknown_place_is_refused_by_name() {
        assert_eq!(
            template("{kase}"),
            Err("{kase} is none of {case}, {channel}, {activity}".to_owned())
        );
        assert!(template("{case").is_err());
    }
}
