//! Where a day is declared and where an office stands: UBIGEO codes of two and four digits.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// How many regions there are: 24 departments and the constitutional province of Callao.
const REGIONS: u8 = 25;

/// A region, `08` for Cusco.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Region(u8);

/// A province, `0801` for the province of Cusco: where an office stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Place {
    region: Region,
    province: u8,
}

/// For whom a day is declared (art. 145): `nation`, `region:08` or `province:0801`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Scope {
    /// For everybody.
    Nation,
    /// For the offices in one region.
    Region(Region),
    /// For the offices in one province.
    Province(Place),
}

/// Why a text names no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PlaceError {
    /// No region has this code.
    #[error("a region is two digits, 01 to 25")]
    Region,
    /// No province can have this code.
    #[error("a province is four digits: its region, 01 to 25, and its number, from 01")]
    Province,
    /// It is no scope.
    #[error("a scope is `nation`, `region:` and two digits, or `province:` and four digits")]
    Scope,
}

impl Place {
    /// The region it lies in.
    pub const fn region(self) -> Region {
        self.region
    }
}

impl Scope {
    /// Whether a day of this scope is one for an office in `place`; an office without a place
    /// knows the days of the nation only.
    pub fn covers(self, place: Option<Place>) -> bool {
        match self {
            Self::Nation => true,
            Self::Region(region) => place.is_some_and(|place| place.region == region),
            Self::Province(province) => place == Some(province),
        }
    }
}

fn two_digits(text: &str) -> Option<u8> {
    let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits)
}

impl FromStr for Region {
    type Err = PlaceError;

    fn from_str(text: &str) -> Result<Self, PlaceError> {
        two_digits(text)
            .filter(|code| (1..=REGIONS).contains(code))
            .map(Self)
            .ok_or(PlaceError::Region)
    }
}

impl FromStr for Place {
    type Err = PlaceError;

    fn from_str(text: &str) -> Result<Self, PlaceError> {
        let (region, province) = text.split_at_checked(2).ok_or(PlaceError::Province)?;
        let region = region.parse().map_err(|_| PlaceError::Province)?;
        let province = two_digits(province).filter(|number| *number > 0);
        let province = province.ok_or(PlaceError::Province)?;
        Ok(Self { region, province })
    }
}

impl FromStr for Scope {
    type Err = PlaceError;

    fn from_str(text: &str) -> Result<Self, PlaceError> {
        match text.split_once(':') {
            None if text == "nation" => Ok(Self::Nation),
            Some(("region", code)) => code.parse().map(Self::Region),
            Some(("province", code)) => code.parse().map(Self::Province),
            None | Some(_) => Err(PlaceError::Scope),
        }
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}", self.0)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{:02}", self.region, self.province)
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nation => f.write_str("nation"),
            Self::Region(region) => write!(f, "region:{region}"),
            Self::Province(province) => write!(f, "province:{province}"),
        }
    }
}

macro_rules! as_text {
    ($name:ident) => {
        impl TryFrom<String> for $name {
            type Error = PlaceError;

            fn try_from(text: String) -> Result<Self, PlaceError> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.to_string()
            }
        }
    };
}
as_text!(Region);
as_text!(Place);
as_text!(Scope);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_reads_back_as_written() {
        for text in ["nation", "region:08", "province:0801", "region:25"] {
            assert_eq!(text.parse::<Scope>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_no_place_is_refused() {
        for text in [
            "",
            "region:00",
            "region:26",
            "region:8",
            "province:0800",
            "province:801",
        ] {
            assert!(text.parse::<Scope>().is_err(), "{text}");
        }
        for text in ["+101", "08é1", "2601", "15011"] {
            assert_eq!(text.parse::<Place>(), Err(PlaceError::Province), "{text}");
        }
    }

    #[test]
    fn a_day_of_a_region_is_one_in_each_of_its_provinces_and_nowhere_else() {
        let cusco: Scope = "region:08".parse().unwrap();
        assert!(cusco.covers("0801".parse().ok()));
        assert!(cusco.covers("0813".parse().ok()));
        assert!(!cusco.covers("1501".parse().ok()));
        assert!(!cusco.covers(None));
        let province: Scope = "province:0801".parse().unwrap();
        assert!(province.covers("0801".parse().ok()));
        assert!(!province.covers("0802".parse().ok()));
    }
}
