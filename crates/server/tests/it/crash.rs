//! A server process that is killed at random moments, under load, and started again.
//!
//! `DOCENT_CRASH_SEED` repeats a run of these tests, `DOCENT_CRASH_KILLS` asks for more kills than there are anyway.

mod client;
mod process;

use std::time::{Duration, Instant};

use client::{Promised, check, load};
use process::{Database, Server};

const USERS: usize = 4;

/// So long at most after its start a server that is under load is killed, in milliseconds.
const LONGEST_LIFE_MS: u64 = 250;

/// All threads are looked through after so many kills, and at the end; in between, those that were written to.
const KILLS_BETWEEN_WHOLE_CHECKS: u64 = 20;

/// Not a test: the process that is killed.
#[tokio::test]
#[ignore = "started by the tests below"]
async fn a_server_to_be_killed() {
    process::serve(|address| println!("\nlistening on {address}")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_in_a_hundred_kills() {
    let folder = tempfile::tempdir().unwrap();
    let seed = seed();
    println!("DOCENT_CRASH_SEED={seed}");
    println!("{}", kill_again_and_again(Database::sqlite(folder.path()), 100, seed).await);
}

#[cfg(feature = "postgres")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_in_twenty_kills_on_postgres() {
    let Some(database) = crate::postgres::database::Database::new() else { return };
    // The server makes the schema on its first start.
    let seed = seed();
    println!("DOCENT_CRASH_SEED={seed}");
    println!("{}", kill_again_and_again(Database::postgres(&database), 20, seed).await);
    database.remove().await;
}

/// Gives what to say about it.
async fn kill_again_and_again(database: Database, least: u64, seed: u64) -> String {
    let kills = number("DOCENT_CRASH_KILLS", least).max(least);
    let mut random = Random(seed | 1);
    let users: Vec<Promised> = (0..USERS).map(|user| Promised::of(format!("user{user}"))).collect();
    let begun = Instant::now();
    let (mut killed, mut killed_at_start) = (0, 0);
    // The next process is there already, and waits to be let at the database.
    let mut next = Server::wait(&database);
    while killed < kills {
        let mut server = std::mem::replace(&mut next, Server::wait(&database));
        if random.below(8) == 0 {
            // A start, with what it puts in order, is a moment as good as any.
            server.begin().await;
            tokio::time::sleep(Duration::from_millis(random.next() % 40)).await;
            server.kill().await;
            killed_at_start += 1;
            continue;
        }
        let address = server.start().await;
        client::greet(address).await;
        database.until_nothing_runs().await;
        let is_whole = killed % KILLS_BETWEEN_WHOLE_CHECKS == 0;
        futures_util::future::join_all(users.iter().map(|user| check(address, user, is_whole))).await;
        let mut clients = tokio::task::JoinSet::new();
        for user in &users {
            clients.spawn(load(address, user.clone(), Random(random.next() | 1)));
        }
        tokio::time::sleep(Duration::from_millis(random.next() % LONGEST_LIFE_MS)).await;
        server.kill().await;
        // A client that was refused, or answered nonsense, has panicked; one that was cut off has not.
        clients.join_all().await;
        killed += 1;
    }
    let address = next.start().await;
    client::greet(address).await;
    database.until_nothing_runs().await;
    futures_util::future::join_all(users.iter().map(|user| check(address, user, true))).await;
    next.kill().await;
    let kept: usize = users.iter().map(Promised::len).sum();
    let elapsed = begun.elapsed();
    assert!(killed >= least, "killed {killed} times");
    // Most clients are cut off with something promised; a load that promises nothing tests nothing.
    assert!(u64::try_from(kept).unwrap() > killed, "{kept} promises");
    format!(
        "killed {killed} times, {killed_at_start} more while starting, in {elapsed:?}, {kept} promises kept"
    )
}

/// A generator of one's own, so that a seed means the same for ever.
#[derive(Clone)]
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % (end as u64)).unwrap()
    }
}

fn seed() -> u64 {
    let clock = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    number("DOCENT_CRASH_SEED", u64::try_from(clock.as_millis()).unwrap())
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().map_or(default, |text| text.parse().unwrap())
}
