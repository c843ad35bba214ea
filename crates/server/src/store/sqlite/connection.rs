//! Connections to a database, and how each is set up.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::address::Address;
use super::migration::migrate;
use super::statement::KEPT;
use crate::store::StoreError;

/// How long one waits for another process that writes, such as a copy being made.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// When a commit counts as done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Durability {
    /// When the operating system has it.
    System,
    /// When the disk has it.
    Disk,
}

/// Opens the connection that writes, the tables up to date.
pub(super) fn writing(address: &Address, durability: Durability) -> Result<Connection, StoreError> {
    match address {
        Address::Memory => {
            let mut connection = Connection::open_in_memory().map_err(StoreError::database)?;
            migrate(&mut connection)?;
            set_up(&connection).map_err(StoreError::database)?;
            Ok(connection)
        }
        Address::File { path, may_be_made } => {
            let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE;
            flags.set(OpenFlags::SQLITE_OPEN_CREATE, *may_be_made);
            let mut connection = open(path, flags).map_err(StoreError::database)?;
            log_ahead(&connection, durability).map_err(StoreError::database)?;
            migrate(&mut connection)?;
            set_up(&connection).map_err(StoreError::database)?;
            Ok(connection)
        }
    }
}

/// Opens a connection that reads a file whose tables are there.
pub(super) fn reading(path: &Path) -> Result<Connection, StoreError> {
    let connection = open(path, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(StoreError::database)?;
    set_up(&connection).map_err(StoreError::database)?;
    Ok(connection)
}

/// Opens a connection that takes the log into the file, and does nothing else.
pub(super) fn filing(path: &Path, durability: Durability) -> Result<Connection, StoreError> {
    let connection = open(path, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(StoreError::database)?;
    log_ahead(&connection, durability).map_err(StoreError::database)?;
    Ok(connection)
}

fn open(path: &Path, access: OpenFlags) -> rusqlite::Result<Connection> {
    // Each connection is used by one thread at a time: it needs no lock of its own.
    let connection = Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    Ok(connection)
}

fn log_ahead(connection: &Connection, durability: Durability) -> rusqlite::Result<()> {
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // Never inside a commit: see `checkpoint`.
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    let synchronous = match durability {
        Durability::System => "NORMAL",
        Durability::Disk => "FULL",
    };
    connection.pragma_update(None, "synchronous", synchronous)
}

fn set_up(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_prepared_statement_cache_capacity(KEPT);
    connection.pragma_update(None, "foreign_keys", true)
}
