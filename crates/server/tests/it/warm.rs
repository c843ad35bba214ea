//! A store is ready when it says so: its connections are open by then, and were tried.

use docent_server::SqliteStore;
use serde_json::json;

use crate::harness::{builder, site_of};

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_file_is_open_for_all_who_read_and_write_it_before_the_first_request() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().canonicalize().unwrap().join("docent.db");
    let open = || {
        let links = std::fs::read_dir("/proc/self/fd").unwrap().flatten();
        links.filter(|link| std::fs::read_link(link.path()).is_ok_and(|file| file == path)).count()
    };
    let store = SqliteStore::connect(&format!("sqlite://{}", path.display())).await.unwrap();
    let ready = open();
    assert!(ready >= 6, "one that writes, four that read, one that files the log: {ready}");
    let site = site_of(builder(store));
    let asked = (0..20).map(|_| site.post("ada", "threads.list", json!({})));
    for answer in futures_util::future::join_all(asked).await {
        answer.ok();
    }
    assert_eq!(open(), ready, "no request had to open one");
}

#[cfg(feature = "postgres")]
#[tokio::test]
async fn every_connection_of_a_pool_was_tried_before_the_first_request() {
    use sqlx::Connection;

    let Some(shared) = crate::postgres::database::Database::new() else { return };
    let database = shared.alone().await;
    let store = database.connect().await;
    let mut beside = sqlx::PgConnection::connect(&database.url).await.unwrap();
    let tried = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() \
                 AND application_name = 'docent' AND query = 'SELECT 1'";
    let tried: i64 = sqlx::query_scalar(tried).fetch_one(&mut beside).await.unwrap();
    assert_eq!(tried, 3, "as many as the options name");
    drop((store, beside));
    shared.remove_alone().await;
}
