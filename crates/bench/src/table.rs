//! The table, in Markdown: a row for each figure, a column for each server, the last one by how much Docent is ahead.

use std::fmt::Write;
use std::time::Duration;

use crate::compare::Column;
use crate::figure::{Quantiles, grouped, kilobytes, rate, ratio, time};
use crate::scenario::turns::CLIENTS;

/// Which way a figure is good.
#[derive(Clone, Copy)]
enum Good {
    High,
    Low,
}

/// One figure of one server, as it is written and as it compares.
type Figure = Option<(String, f64)>;

/// The whole table; rows that nobody was measured for are left out.
pub(crate) fn markdown(columns: &[Column]) -> String {
    let mut table = String::from("| |");
    let is_compared = columns.len() > 1;
    for column in columns {
        // Writing to a string cannot fail.
        let _ = write!(table, " {} |", column.name);
    }
    table.push_str(if is_compared { " first to last |\n" } else { "\n" });
    table.push_str("|---|");
    table.push_str(&"---:|".repeat(columns.len() + usize::from(is_compared)));
    table.push('\n');
    for (name, good, of) in rows(columns) {
        let figures: Vec<Figure> = columns.iter().map(of).collect();
        if figures.iter().all(Option::is_none) {
            continue;
        }
        let _ = write!(table, "| {name} |");
        for figure in &figures {
            let _ = write!(table, " {} |", figure.as_ref().map_or("", |(text, _)| text));
        }
        if is_compared {
            let _ = write!(table, " {} |", compared(&figures, good).unwrap_or_default());
        }
        table.push('\n');
    }
    table
}

/// How many times better the first is than the last.
fn compared(figures: &[Figure], good: Good) -> Option<String> {
    let (first, last) = (figures.first()?.as_ref()?.1, figures.last()?.as_ref()?.1);
    Some(ratio(match good {
        Good::High => first / last,
        Good::Low => last / first,
    }))
}

type Row<'a> = (String, Good, Box<dyn Fn(&Column) -> Figure + 'a>);

fn rows(columns: &[Column]) -> Vec<Row<'_>> {
    let mut rows: Vec<Row<'_>> = Vec::new();
    for (place, name) in ["`threads.list`, 100 threads", "`items.list`, 100 items"].into_iter().enumerate() {
        rows.push((
            format!("{name}: requests per second, 16 clients"),
            Good::High,
            Box::new(move |column| {
                column.pages.get(place).map(|page| (rate(page.per_second), page.per_second))
            }),
        ));
        rows.push((
            format!("{name}: p50 / p99"),
            Good::Low,
            Box::new(move |column| column.pages.get(place).map(|page| both(page.latency))),
        ));
    }
    for (place, clients) in CLIENTS.into_iter().enumerate() {
        let who = if clients == 1 { "1 client".to_owned() } else { format!("{clients} clients") };
        rows.push((
            format!("turns of 200 deltas per second, {who}"),
            Good::High,
            Box::new(move |column| {
                column.turns.get(place).map(|turn| (rate(turn.per_second), turn.per_second))
            }),
        ));
        rows.push((
            format!("processor time of a turn, {who}"),
            Good::Low,
            Box::new(move |column| {
                let turn = column.turns.get(place)?;
                Some((time(turn.processor_time), turn.processor_time.as_secs_f64()))
            }),
        ));
        rows.push((
            format!("first event, {who}: p50 / p99"),
            Good::Low,
            Box::new(move |column| column.turns.get(place).map(|turn| both(turn.first_event))),
        ));
        rows.push((
            format!("first text, {who}: p50 / p99"),
            Good::Low,
            Box::new(move |column| column.turns.get(place).map(|turn| both(turn.first_text))),
        ));
    }
    for (place, idle) in most(columns, |column| &column.idle).iter().enumerate() {
        rows.push((
            format!("memory of an idle stream, {} of them", grouped(idle.streams as f64)),
            Good::Low,
            Box::new(move |column| {
                column.idle.get(place).map(|idle| (kilobytes(idle.bytes_each), idle.bytes_each))
            }),
        ));
    }
    for (place, growth) in most(columns, |column| &column.growth).iter().enumerate() {
        let length = grouped(growth.items as f64);
        rows.push((
            format!("`items.list` of {length} items: newest 20 / newest 100 / 20 from the middle"),
            Good::Low,
            Box::new(move |column| {
                let growth = column.growth.get(place)?;
                let times = [growth.first_20, growth.first_100, growth.middle_20].map(time);
                Some((times.join(" / "), growth.first_100.as_secs_f64()))
            }),
        ));
    }
    rows
}

/// The figures of the first server that has any.
fn most<T>(columns: &[Column], of: fn(&Column) -> &Vec<T>) -> &[T] {
    columns.iter().map(of).find(|figures| !figures.is_empty()).map_or(&[], Vec::as_slice)
}

/// Both quantiles; compared by the greater one.
fn both(quantiles: Quantiles) -> (String, f64) {
    let Quantiles { p50, p99 } = quantiles;
    (format!("{} / {}", time(p50), time(p99)), p99.max(Duration::from_nanos(1)).as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::pages::PageFigures;

    fn column(name: &'static str, per_second: f64, p99_millis: u64) -> Column {
        let latency = Quantiles { p50: Duration::from_millis(1), p99: Duration::from_millis(p99_millis) };
        Column { name, pages: vec![PageFigures { per_second, latency }], ..Column::default() }
    }

    #[test]
    fn the_last_column_says_how_far_the_first_is_ahead() {
        let table = markdown(&[column("Docent", 2000.0, 2), column("reference", 100.0, 30)]);
        assert_eq!(
            table,
            "| | Docent | reference | first to last |\n|---|---:|---:|---:|\n\
             | `threads.list`, 100 threads: requests per second, 16 clients | 2,000 | 100 | 20× |\n\
             | `threads.list`, 100 threads: p50 / p99 | 1.00 ms / 2.00 ms | 1.00 ms / 30.0 ms | 15× |\n"
        );
    }

    #[test]
    fn one_server_alone_is_compared_with_none() {
        assert!(markdown(&[column("Docent", 2000.0, 2)]).starts_with("| | Docent |\n|---|---:|\n"));
    }
}
