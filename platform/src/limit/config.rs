//! How much may be asked for, as it is configured.

use std::time::Duration;

use clap::{Args, ValueEnum};
use ipnet::IpNet;

use super::address::{ForwardedBy, Proxies, network};
use super::rates::Rates;

/// How much may be asked for.
#[derive(Clone, Debug, Args)]
pub struct Limits {
    /// Whether rates of requests are limited. Wrong passwords always are.
    #[arg(
        id = "rate-limits",
        long,
        env = "MESA_RATE_LIMITS",
        value_enum,
        default_value_t
    )]
    pub are: Switch,

    /// What a user may ask for, by what a login gave or by each API key: numbers over times, as
    /// `100/min,1000/h`; `off` for no limit.
    #[arg(id = "rate-user", long, env = "MESA_RATE_USER", default_value_t = Self::USER)]
    pub user: Rates,

    /// What each API key of an integration may ask for: of a user with the role `integrator`.
    #[arg(
        id = "rate-integration",
        long,
        env = "MESA_RATE_INTEGRATION",
        default_value_t = Self::INTEGRATION
    )]
    pub integration: Rates,

    /// What an address may ask for without a credential.
    #[arg(id = "rate-address", long, env = "MESA_RATE_ADDRESS", default_value_t = Self::ADDRESS)]
    pub address: Rates,

    /// How many wrong keys and tokens an address may send.
    #[arg(
        id = "rate-wrong-keys",
        long,
        env = "MESA_RATE_WRONG_KEYS",
        default_value_t = Self::WRONG_KEYS
    )]
    pub wrong_keys: Rates,

    /// How many wrong passwords an address may send before logins from there wait.
    #[arg(
        id = "rate-wrong-passwords",
        long,
        env = "MESA_RATE_WRONG_PASSWORDS",
        default_value_t = Self::WRONG_PASSWORDS
    )]
    pub wrong_passwords: Rates,

    /// Proxies that are believed when they say for whom they ask: addresses and networks,
    /// separated by commas.
    #[arg(
        id = "trusted-proxies",
        long,
        env = "MESA_TRUSTED_PROXIES",
        value_delimiter = ',',
        value_parser = network
    )]
    pub trusted: Vec<IpNet>,

    /// The header in which they say it.
    #[arg(
        id = "forwarded-header",
        long,
        env = "MESA_FORWARDED_HEADER",
        value_enum,
        default_value_t
    )]
    pub header: ForwardedBy,
}

/// On or off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Switch {
    /// On.
    #[default]
    On,
    /// Off.
    Off,
}

impl Limits {
    const USER: Rates = Rates::of(100, 1_000);
    const INTEGRATION: Rates = Rates::of(500, 5_000);
    const ADDRESS: Rates = Rates::of(100, 1_000);
    const WRONG_KEYS: Rates = Rates::of(30, 300);
    const WRONG_PASSWORDS: Rates = Rates::one(20, Duration::from_mins(15));

    /// As by default, but that rates of requests are not limited: for who measures, and for tests
    /// that ask more in a second than an office in an hour.
    #[must_use]
    pub fn off() -> Self {
        Self {
            are: Switch::Off,
            ..Self::default()
        }
    }

    pub(super) fn proxies(&self) -> Proxies {
        Proxies {
            trusted: self.trusted.clone(),
            header: self.header,
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            are: Switch::On,
            user: Self::USER,
            integration: Self::INTEGRATION,
            address: Self::ADDRESS,
            wrong_keys: Self::WRONG_KEYS,
            wrong_passwords: Self::WRONG_PASSWORDS,
            trusted: Vec::new(),
            header: ForwardedBy::default(),
        }
    }
}
