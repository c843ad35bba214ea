//! What goes wrong between a statement and the [`StoreError`] that a caller sees: the one place that knows the driver's
//! errors.

use rusqlite::ErrorCode;
use rusqlite::ffi::{SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_UNIQUE};

use crate::store::StoreError;

/// Why a job could not be done.
#[derive(Debug)]
pub(super) enum Failure {
    /// For a reason that a store may have.
    Store(StoreError),
    /// Because a statement failed.
    Statement(rusqlite::Error),
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Statement(error)
    }
}

impl From<Failure> for StoreError {
    /// A second row of one key is told apart.
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Store(error) => error,
            Failure::Statement(error) if is_second_of_its_key(&error) => Self::Duplicate,
            Failure::Statement(error) => Self::database(error),
        }
    }
}

fn is_second_of_its_key(error: &rusqlite::Error) -> bool {
    error.sqlite_error().is_some_and(|cause| {
        cause.code == ErrorCode::ConstraintViolation
            && [SQLITE_CONSTRAINT_UNIQUE, SQLITE_CONSTRAINT_PRIMARYKEY].contains(&cause.extended_code)
    })
}
