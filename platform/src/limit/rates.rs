//! How much somebody may ask for: `100/min,1000/h`.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// The most rates that hold at once.
pub(super) const MOST: usize = 2;

/// The longest time a rate is over.
const LONGEST: u64 = 24 * 3600;

/// So many in so long. All of them may come at once; what was used comes back evenly, the last of
/// it after `per`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// How many; at least one.
    pub most: u32,
    /// In how long; at least a second.
    pub per: Duration,
}

impl Rate {
    /// Microseconds in which one comes back.
    pub(super) fn interval(self) -> u64 {
        (self.window() / u64::from(self.most)).max(1)
    }

    /// Microseconds in which all of them come back.
    pub(super) fn window(self) -> u64 {
        self.per.as_secs().saturating_mul(1_000_000)
    }
}

/// Rates that hold together; none at all is no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rates([Option<Rate>; MOST]);

impl Rates {
    /// No limit.
    pub const OFF: Self = Self([None; MOST]);

    /// So many in a minute, and in an hour.
    #[must_use]
    pub const fn of(minute: u32, hour: u32) -> Self {
        let (one, sixty) = (Duration::from_mins(1), Duration::from_hours(1));
        Self([
            Some(Rate {
                most: minute,
                per: one,
            }),
            Some(Rate {
                most: hour,
                per: sixty,
            }),
        ])
    }

    /// So many in `per`.
    #[must_use]
    pub const fn one(most: u32, per: Duration) -> Self {
        Self([Some(Rate { most, per }), None])
    }

    /// Each of them.
    pub fn each(&self) -> impl Iterator<Item = Rate> + '_ {
        self.0.iter().copied().flatten()
    }

    /// Whether there is no limit.
    #[must_use]
    pub fn is_off(&self) -> bool {
        self.0[0].is_none()
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.per.as_secs();
        let (count, unit) = match seconds {
            s if s % 3600 == 0 => (s / 3600, "h"),
            s if s % 60 == 0 => (s / 60, "min"),
            s => (s, "s"),
        };
        if count == 1 {
            write!(f, "{}/{unit}", self.most)
        } else {
            write!(f, "{}/{count}{unit}", self.most)
        }
    }
}

impl fmt::Display for Rates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_off() {
            return f.write_str("off");
        }
        for (index, rate) in self.each().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            write!(f, "{comma}{rate}")?;
        }
        Ok(())
    }
}

/// A text that says no rates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "rates are one or two of a number over a time of a day at most, as 100/min,1000/h or 20/15min; or off"
)]
pub struct NoRates;

impl FromStr for Rates {
    type Err = NoRates;

    fn from_str(text: &str) -> Result<Self, NoRates> {
        let text = text.trim();
        if text == "off" || text == "0" {
            return Ok(Self::OFF);
        }
        let mut rates = Self::OFF;
        for (index, one) in text.split(',').enumerate() {
            *rates.0.get_mut(index).ok_or(NoRates)? = Some(rate(one.trim())?);
        }
        Ok(rates)
    }
}

fn rate(text: &str) -> Result<Rate, NoRates> {
    let (most, per) = text.split_once('/').ok_or(NoRates)?;
    let most: u32 = most.trim().parse().map_err(|_| NoRates)?;
    let unit = per.trim_start_matches(|c: char| c.is_ascii_digit());
    let count = &per[..per.len() - unit.len()];
    let count: u64 = match count {
        "" => 1,
        digits => digits.parse().map_err(|_| NoRates)?,
    };
    let seconds = count
        .checked_mul(match unit {
            "s" => 1,
            "min" => 60,
            "h" => 3600,
            _ => return Err(NoRates),
        })
        .filter(|seconds| (1..=LONGEST).contains(seconds))
        .ok_or(NoRates)?;
    if most == 0 {
        return Err(NoRates);
    }
    Ok(Rate {
        most,
        per: Duration::from_secs(seconds),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_read_back_as_written() {
        for text in ["100/min,1000/h", "20/15min", "5/s", "1/24h", "off"] {
            assert_eq!(text.parse::<Rates>().unwrap().to_string(), text);
        }
        assert_eq!("0".parse(), Ok(Rates::OFF));
        assert_eq!("100/min, 1000/h".parse(), Ok(Rates::of(100, 1_000)));
        assert_eq!("60/60s".parse::<Rates>().unwrap().to_string(), "60/min");
    }

    #[test]
    fn what_says_no_rates_is_refused() {
        for bad in [
            "",
            "100",
            "/min",
            "0/min",
            "-1/min",
            "5/",
            "5/day",
            "5/0min",
            "5/25h",
            "1/min,",
            "1/s,2/min,3/h",
            "5/99999999999999999999s",
            "4294967296/min",
        ] {
            assert_eq!(bad.parse::<Rates>(), Err(NoRates), "{bad:?}");
        }
    }
}
