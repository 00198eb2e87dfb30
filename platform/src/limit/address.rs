//! Where a request comes from: the address that connected, or what a proxy says that is trusted.

use std::net::{IpAddr, Ipv4Addr};

use axum::http::{HeaderMap, HeaderName, header};
use clap::ValueEnum;
use ipnet::IpNet;

/// In which header proxies say for whom they ask. One alone is read: the other would be the
/// caller's own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ForwardedBy {
    /// `X-Forwarded-For`.
    #[default]
    XForwardedFor,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}

/// Proxies that are believed, and in what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proxies {
    /// Where they are.
    pub trusted: Vec<IpNet>,
    /// What they write.
    pub header: ForwardedBy,
}

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Who connected when that is not known: all of those are one.
pub const UNKNOWN: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

impl Proxies {
    /// Where the request comes from that `peer` brought. Each proxy adds for whom it asks at the
    /// end, so the list is read from there, for as long as the one who wrote an entry is trusted.
    #[must_use]
    pub fn origin(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut origin = peer.to_canonical();
        if !self.trusts(origin) {
            return origin;
        }
        let name = match self.header {
            ForwardedBy::XForwardedFor => X_FORWARDED_FOR,
            ForwardedBy::Forwarded => header::FORWARDED,
        };
        let lines: Vec<_> = headers.get_all(name).iter().collect();
        for line in lines.into_iter().rev() {
            // What is no text was written by nobody who is trusted.
            let Ok(line) = line.to_str() else {
                return origin;
            };
            for entry in line.rsplit(',') {
                let Some(said) = self.read(entry) else {
                    return origin;
                };
                origin = said.to_canonical();
                if !self.trusts(origin) {
                    return origin;
                }
            }
        }
        origin
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.trusted.iter().any(|net| net.contains(&address))
    }

    fn read(&self, entry: &str) -> Option<IpAddr> {
        match self.header {
            ForwardedBy::XForwardedFor => node(entry.trim()),
            ForwardedBy::Forwarded => {
                let mut pairs = entry.split(';').filter_map(|pair| pair.split_once('='));
                let (_, value) = pairs.find(|(name, _)| name.trim().eq_ignore_ascii_case("for"))?;
                node(value.trim().trim_matches('"'))
            }
        }
    }
}

/// An address, with or without a port: `203.0.113.7`, `203.0.113.7:80`, `2001:db8::1`,
/// `[2001:db8::1]`, `[2001:db8::1]:80`.
fn node(text: &str) -> Option<IpAddr> {
    if let Some(rest) = text.strip_prefix('[') {
        return rest.split_once(']')?.0.parse().ok();
    }
    let bare = || text.parse().ok();
    let with_port = || text.rsplit_once(':')?.0.parse::<Ipv4Addr>().ok();
    bare().or_else(|| with_port().map(IpAddr::from))
}

/// Reads a network, or an address by itself, for the list of trusted proxies.
///
/// # Errors
///
/// It is neither.
pub fn network(text: &str) -> Result<IpNet, String> {
    let text = text.trim();
    let alone = text.parse::<IpAddr>().map(IpNet::from);
    alone.or_else(|_| text.parse()).map_err(|_| {
        format!(
            "{text:?} is no network: write addresses and networks as 10.0.0.7,10.1.0.0/16,fd00::/8"
        )
    })
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn proxies(header: ForwardedBy) -> Proxies {
        let trusted = ["10.0.0.0/8", "fd00::/8"].map(|net| network(net).unwrap());
        Proxies {
            trusted: trusted.into(),
            header,
        }
    }

    fn origin(proxies: &Proxies, peer: &str, lines: &[(HeaderName, &str)]) -> String {
        let mut headers = HeaderMap::new();
        for (name, line) in lines {
            headers.append(name, HeaderValue::from_str(line).unwrap());
        }
        proxies.origin(peer.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn who_is_not_a_trusted_proxy_is_believed_nothing() {
        let lines = [(X_FORWARDED_FOR, "203.0.113.7")];
        let none = Proxies::default();
        assert_eq!(origin(&none, "10.0.0.1", &lines), "10.0.0.1");
        let proxies = proxies(ForwardedBy::XForwardedFor);
        assert_eq!(origin(&proxies, "198.51.100.1", &lines), "198.51.100.1");
    }

    #[test]
    fn the_last_whom_a_trusted_one_names_is_where_it_comes_from() {
        let proxies = proxies(ForwardedBy::XForwardedFor);
        let told = |line| origin(&proxies, "10.0.0.1", &[(X_FORWARDED_FOR, line)]);
        assert_eq!(told("203.0.113.7"), "203.0.113.7");
        assert_eq!(told("203.0.113.7:4711"), "203.0.113.7");
        assert_eq!(told("[2001:db8::1]:80"), "2001:db8::1");
        assert_eq!(
            told("6.6.6.6, 203.0.113.7, 10.2.3.4"),
            "203.0.113.7",
            "forged"
        );
        assert_eq!(told("10.9.9.9"), "10.9.9.9", "from within");
        let mapped = origin(
            &proxies,
            "::ffff:10.0.0.1",
            &[(X_FORWARDED_FOR, "203.0.113.7")],
        );
        assert_eq!(mapped, "203.0.113.7");
        let two = [
            (X_FORWARDED_FOR, "6.6.6.6"),
            (X_FORWARDED_FOR, "203.0.113.7"),
        ];
        assert_eq!(origin(&proxies, "fd00::1", &two), "203.0.113.7");
    }

    #[test]
    fn what_cannot_be_read_is_taken_for_the_proxy_itself() {
        let proxies = proxies(ForwardedBy::XForwardedFor);
        for line in [
            "",
            "unknown",
            "_hidden",
            "203.0.113.7, x",
            "203.0.113.999",
            "[::1",
        ] {
            let told = origin(&proxies, "10.0.0.1", &[(X_FORWARDED_FOR, line)]);
            assert_eq!(told, "10.0.0.1", "{line:?}");
        }
        assert_eq!(origin(&proxies, "10.0.0.1", &[]), "10.0.0.1");
    }

    #[test]
    fn one_header_alone_is_read() {
        let proxies = proxies(ForwardedBy::Forwarded);
        let lines = [
            (X_FORWARDED_FOR, "6.6.6.6"),
            (
                header::FORWARDED,
                "for=192.0.2.1, proto=https;For=\"[2001:db8::7]:4711\"",
            ),
        ];
        assert_eq!(origin(&proxies, "10.0.0.1", &lines), "2001:db8::7");
        let lines = [(X_FORWARDED_FOR, "6.6.6.6")];
        assert_eq!(origin(&proxies, "10.0.0.1", &lines), "10.0.0.1");
    }

    #[test]
    fn an_address_by_itself_is_a_network_of_one() {
        assert_eq!(network("10.0.0.7").unwrap().to_string(), "10.0.0.7/32");
        assert!(network("10.0.0.0/33").is_err() && network("proxy").is_err());
    }
}
