//! What goes wrong between a statement and the [`StoreError`] that a caller sees: the one place that knows the driver's
//! errors.

use std::panic::{AssertUnwindSafe, catch_unwind};

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

/// Does a job. A panic in it is a failure like any other: the connection is whole, since statements end with their scope.
pub(super) fn caught<T>(job: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    catch_unwind(AssertUnwindSafe(job)).unwrap_or_else(|payload| {
        let message = payload.downcast_ref::<&str>().copied();
        let message = message.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
        let message = format!("the store panicked: {}", message.unwrap_or("no reason given"));
        Err(StoreError::database(message).into())
    })
}

fn is_second_of_its_key(error: &rusqlite::Error) -> bool {
    error.sqlite_error().is_some_and(|cause| {
        cause.code == ErrorCode::ConstraintViolation
            && [SQLITE_CONSTRAINT_UNIQUE, SQLITE_CONSTRAINT_PRIMARYKEY].contains(&cause.extended_code)
    })
}
