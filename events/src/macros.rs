//! The macros that keep an event's name, its version and its type in one line.

/// Declares an enum of events with their stored names and current versions.
///
/// Gives the enum `KINDS`, `kind()`, `version()`, `encode()` and `decode()`. Names and versions
/// are the storage format: add, never rename or reuse.
macro_rules! stored_events {
    (
        $(#[$doc:meta])*
        pub enum $name:ident {
            $( $(#[$case_doc:meta])* $case:ident($data:ty) = $kind:literal v $version:literal, )+
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum $name {
            $( $(#[$case_doc])* $case($data), )+
        }

        impl $name {
            /// Every stored name with its current version.
            pub const KINDS: &[(&str, u16)] = &[$(($kind, $version)),+];

            /// The name this event is stored under.
            pub const fn kind(&self) -> &'static str {
                match self { $( Self::$case(_) => $kind, )+ }
            }

            /// The version of the form it is stored in today.
            pub const fn version(&self) -> u16 {
                match self { $( Self::$case(_) => $version, )+ }
            }
        }

        impl $crate::envelope::StoredEvent for $name {
            fn kind(&self) -> &'static str {
                self.kind()
            }

            fn version(&self) -> u16 {
                self.version()
            }

            fn current(kind: &str) -> Option<u16> {
                Self::KINDS.iter().find(|(name, _)| *name == kind).map(|(_, version)| *version)
            }

            fn encode(&self) -> serde_json::Result<Box<serde_json::value::RawValue>> {
                match self { $( Self::$case(data) => serde_json::value::to_raw_value(data), )+ }
            }

            fn decode(kind: &str, data: &str) -> Option<serde_json::Result<Self>> {
                match kind {
                    $( $kind => Some(serde_json::from_str(data).map(Self::$case)), )+
                    _ => None,
                }
            }
        }
    };
}
pub(crate) use stored_events;

/// Declares a closed set of words: an enum with the word each value is stored and shown as.
///
/// Gives the enum `ALL`, `word()`, `Display`, `FromStr` and its serde form. Views that have words of
/// their own declare them with it too.
#[macro_export]
macro_rules! words {
    (
        $(#[$doc:meta])*
        pub enum $name:ident {
            $( $(#[$case_doc:meta])* $case:ident = $word:literal, )+
        }
    ) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash,
            serde::Serialize, serde::Deserialize,
        )]
        #[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
        pub enum $name {
            $( $(#[$case_doc])* #[serde(rename = $word)] $case, )+
        }

        impl $name {
            /// Every value, in order.
            pub const ALL: &[Self] = &[$(Self::$case),+];

            /// The word it is stored and sent as.
            pub const fn word(self) -> &'static str {
                match self { $( Self::$case => $word, )+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.word())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::classify::UnknownWord;

            fn from_str(word: &str) -> Result<Self, Self::Err> {
                match word {
                    $( $word => Ok(Self::$case), )+
                    _ => Err($crate::classify::UnknownWord),
                }
            }
        }
    };
}
