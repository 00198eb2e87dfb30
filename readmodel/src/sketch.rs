//! Durations in logarithmic buckets, so that the quantiles of any union of cells come from sums.
//!
//! A bucket holds the values in `(γ^(i−1), γ^i]` and answers with the value whose relative error
//! to both ends is [`ERROR`] at most: the mapping of `DDSketch`. Bucket [`ZERO`] holds zero.

/// The largest relative error of a quantile.
pub const ERROR: f64 = 0.01;

/// `(1 + error) / (1 − error)`.
const GAMMA: f64 = (1.0 + ERROR) / (1.0 - ERROR);

/// The bucket of durations of no seconds. One second is in bucket 0.
pub const ZERO: i32 = -1;

/// The bucket of `seconds`; negative durations count as none.
pub fn bucket_of(seconds: i64) -> i32 {
    if seconds <= 0 {
        return ZERO;
    }
    #[expect(
        clippy::cast_precision_loss,
        reason = "a duration has far fewer than 53 bits, and the error of a bucket is larger"
    )]
    let index = ((seconds as f64).ln() / GAMMA.ln()).ceil();
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the logarithm of any i64 gives an index below 2,200"
    )]
    let index = index as i32;
    index
}

/// The seconds a bucket stands for.
pub fn value_of(bucket: i32) -> f64 {
    if bucket <= ZERO {
        0.0
    } else {
        2.0 * GAMMA.powi(bucket) / (GAMMA + 1.0)
    }
}

/// The `q`-quantile, `0 ≤ q ≤ 1`, of the durations counted by bucket; `None` when there are none.
///
/// The order of `counts` does not matter and a bucket may come more than once. The quantile is
/// that of the value with rank `⌊q × (n − 1)⌋`, counted from 0.
pub fn quantile(counts: impl IntoIterator<Item = (i32, i64)>, q: f64) -> Option<f64> {
    let mut buckets = std::collections::BTreeMap::<i32, i64>::new();
    for (bucket, n) in counts {
        *buckets.entry(bucket).or_default() += n;
    }
    let n: i64 = buckets.values().sum();
    if n <= 0 {
        return None;
    }
    let rank = rank_of(n, q);
    let mut seen = 0;
    for (bucket, count) in &buckets {
        seen += count;
        if seen > rank {
            return Some(value_of(*bucket));
        }
    }
    buckets.keys().next_back().map(|last| value_of(*last))
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "a count of documents has far fewer than 53 bits"
)]
fn rank_of(n: i64, q: f64) -> i64 {
    (q.clamp(0.0, 1.0) * (n - 1) as f64).floor() as i64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_quantile_is_within_one_percent_of_the_exact_one(
            mut values in prop::collection::vec(0_i64..40_000_000, 1..400),
            q in 0.0_f64..=1.0,
        ) {
            let found = quantile(values.iter().map(|v| (bucket_of(*v), 1)), q).unwrap();
            values.sort_unstable();
            let rank = rank_of(values.len().try_into().unwrap(), q);
            let exact = values[usize::try_from(rank).unwrap()];
            #[expect(clippy::cast_precision_loss, reason = "small numbers")]
            let exact = exact as f64;
            prop_assert!((found - exact).abs() <= exact * (ERROR + 1e-9), "{found} {exact}");
        }

        #[test]
        fn a_union_of_sketches_is_the_sketch_of_the_union(
            one in prop::collection::vec(0_i64..1_000_000, 0..50),
            other in prop::collection::vec(0_i64..1_000_000, 1..50),
            q in 0.0_f64..=1.0,
        ) {
            let count = |v: &[i64]| v.iter().map(|v| (bucket_of(*v), 1)).collect::<Vec<_>>();
            let mut parts = count(&one);
            parts.extend(count(&other));
            let whole = count(&[one, other].concat());
            prop_assert_eq!(quantile(parts, q), quantile(whole, q));
        }

        #[test]
        fn buckets_keep_the_order(one in 0_i64..i64::MAX, other in 0_i64..i64::MAX) {
            let (small, large) = (one.min(other), one.max(other));
            prop_assert!(bucket_of(small) <= bucket_of(large));
        }
    }

    #[test]
    fn nothing_has_no_quantile_and_zero_is_exact() {
        assert_eq!(quantile([], 0.5), None);
        assert_eq!(quantile([(bucket_of(0), 3)], 0.9), Some(0.0));
        assert_eq!(bucket_of(1), 0);
        assert_eq!(bucket_of(-5), ZERO);
    }
}
