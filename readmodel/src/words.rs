//! The macro for the closed sets of words that only views speak.

/// A word that is not one of its set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the word is not one of the known ones")]
pub struct UnknownWord;

/// Declares an enum with the word each value is stored and sent as.
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
            type Err = $crate::words::UnknownWord;

            fn from_str(word: &str) -> Result<Self, Self::Err> {
                match word {
                    $( $word => Ok(Self::$case), )+
                    _ => Err($crate::words::UnknownWord),
                }
            }
        }
    };
}
pub(crate) use words;
