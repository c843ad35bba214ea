//! stub
use crate::{failure::Outcome, project::Project};
pub(crate) fn run(_: &Project, _: &[String]) -> Outcome {
    Ok(())
}
