//! Figures out of samples, and how they are written.

use std::time::Duration;

/// Two places in an order of samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Quantiles {
    /// Half took no longer.
    pub(crate) p50: Duration,
    /// 99 of 100 took no longer.
    pub(crate) p99: Duration,
}

impl Quantiles {
    /// Of these samples; nothing took no time.
    pub(crate) fn of(mut samples: Vec<Duration>) -> Self {
        samples.sort_unstable();
        let at = |percent: usize| {
            let place = (samples.len() * percent).div_ceil(100).saturating_sub(1);
            samples.get(place).copied().unwrap_or_default()
        };
        Self { p50: at(50), p99: at(99) }
    }

    /// Between the rounds: the middle of each.
    pub(crate) fn middle(rounds: &[Self]) -> Self {
        let middle = |part: fn(&Self) -> Duration| median(rounds.iter().map(part).collect());
        Self { p50: middle(|round| round.p50), p99: middle(|round| round.p99) }
    }
}

/// The middle of some values; of an even number the lower one.
pub(crate) fn median<T: PartialOrd + Copy + Default>(mut values: Vec<T>) -> T {
    values.sort_by(|a, b| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal));
    values.get(values.len().saturating_sub(1) / 2).copied().unwrap_or_default()
}

/// A duration as it stands in the table: three digits that count.
pub(crate) fn time(duration: Duration) -> String {
    let micros = duration.as_secs_f64() * 1e6;
    match micros {
        ..999.5 => format!("{micros:.0} µs"),
        ..9_995.0 => format!("{:.2} ms", micros / 1e3),
        ..99_950.0 => format!("{:.1} ms", micros / 1e3),
        ..999_500.0 => format!("{:.0} ms", micros / 1e3),
        _ => format!("{:.2} s", micros / 1e6),
    }
}

/// A rate as it stands in the table.
pub(crate) fn rate(per_second: f64) -> String {
    if per_second < 99.95 { format!("{per_second:.1}") } else { grouped(per_second.round()) }
}

/// Kilobytes of 1,024 bytes.
pub(crate) fn kilobytes(bytes: f64) -> String {
    format!("{:.1} KB", bytes / 1024.0)
}

/// How many times as much.
pub(crate) fn ratio(value: f64) -> String {
    if value < 9.95 { format!("{value:.1}×") } else { format!("{}×", grouped(value.round())) }
}

/// A whole number with a comma before each three digits.
pub(crate) fn grouped(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_the_sample_that_so_many_do_not_pass() {
        let samples = (1..=200).rev().map(Duration::from_micros).collect();
        let quantiles = Quantiles::of(samples);
        assert_eq!((quantiles.p50.as_micros(), quantiles.p99.as_micros()), (100, 198));
        assert_eq!(Quantiles::of(Vec::new()), Quantiles::default());
    }

    #[test]
    fn the_median_is_a_value_that_was_measured() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(vec![2, 1]), 1);
        assert_eq!(median(Vec::<u64>::new()), 0);
    }

    #[test]
    fn figures_read_naturally_at_every_scale() {
        let times =
            [950, 1_234, 12_345, 123_456, 1_234_567].map(|micros| time(Duration::from_micros(micros)));
        assert_eq!(times, ["950 µs", "1.23 ms", "12.3 ms", "123 ms", "1.23 s"]);
        assert_eq!([rate(48.25), rate(1234.6)], ["48.2", "1,235"]);
        assert_eq!([ratio(2.04), ratio(21.4), ratio(1234.0)], ["2.0×", "21×", "1,234×"]);
        assert_eq!(kilobytes(20_480.0), "20.0 KB");
    }
}
