//! Whole turns: a new thread, a message, an answer of 200 pieces of text, each an event of its own.

use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use tokio::task::{JoinSet, LocalSet};

use super::Plan;
use crate::candidate::Server;
use crate::client::{Connection, TurnTimes};
use crate::figure::Quantiles;
use crate::request;

/// How many pieces of text an answer has.
pub(crate) const DELTAS: usize = 200;

/// How many clients ask at once, each for its next turn as soon as the last one is over.
pub(crate) const CLIENTS: [usize; 3] = [1, 16, 128];

/// What one load showed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TurnFigures {
    /// Turns in a second.
    pub(crate) per_second: f64,
    /// What a turn takes of the server's processor.
    pub(crate) processor_time: Duration,
    /// From the request to the first event.
    pub(crate) first_event: Quantiles,
    /// From the request to the first piece of text.
    pub(crate) first_text: Quantiles,
}

/// Pieces of text that came.
#[derive(Default)]
struct Seen {
    /// In the window.
    inside: Cell<usize>,
    /// From the first turn to the last.
    all: Cell<usize>,
}

/// Loads a server by so many clients.
pub(crate) async fn measure(server: &Server, clients: usize, plan: &Plan) -> Result<TurnFigures> {
    let from = Instant::now() + plan.warm_up;
    let until = from + plan.window;
    let seen = Rc::new(Seen::default());
    let used = server.processor_time()?;
    let local = LocalSet::new();
    let mut tasks = JoinSet::new();
    for client in 0..clients {
        let connection = Connection::open(server.address, &format!("turns-{client}")).await?;
        tasks.spawn_local_on(ask(connection, from, until, Rc::clone(&seen)), &local);
    }
    let mut times = Vec::new();
    local
        .run_until(async {
            while let Some(ended) = tasks.join_next().await {
                times.extend(ended??);
            }
            anyhow::Ok(())
        })
        .await?;
    let processor_time =
        (server.processor_time()? - used).div_f64((seen.all.get() as f64 / DELTAS as f64).max(1.0));
    let of = |part: fn(&TurnTimes) -> Duration| Quantiles::of(times.iter().map(part).collect());
    Ok(TurnFigures {
        // A turn at the edge of the window counts for the part of its text that came inside.
        per_second: seen.inside.get() as f64 / DELTAS as f64 / plan.window.as_secs_f64(),
        processor_time,
        first_event: of(|turn| turn.first_event),
        first_text: of(|turn| turn.first_text),
    })
}

/// Asks until the window closes, and gives the times of the turns that began in it.
async fn ask(
    mut connection: Connection,
    from: Instant,
    until: Instant,
    seen: Rc<Seen>,
) -> Result<Vec<TurnTimes>> {
    let body = request::create(&format!("deltas {DELTAS}"));
    let mut times = Vec::new();
    while Instant::now() < until {
        let begun = Instant::now();
        let turn = connection
            .turn(&body, |deltas| {
                seen.all.set(seen.all.get() + deltas);
                if (from..until).contains(&Instant::now()) {
                    seen.inside.set(seen.inside.get() + deltas);
                }
            })
            .await?;
        check(&connection)?;
        if begun >= from {
            times.push(turn);
        }
    }
    Ok(times)
}

/// Whether the answer was whole: every piece of text an event of its own, and the message at the end.
fn check(connection: &Connection) -> Result<()> {
    let deltas = connection.count(b"{\"type\":\"assistant_message.content_part.text_delta\"");
    let done = connection.count(b"data: {\"type\":\"thread.item.done\"");
    if (deltas, done) != (DELTAS, 2) {
        bail!("an answer of {deltas} pieces of text and {done} items instead of {DELTAS} and 2");
    }
    Ok(())
}
