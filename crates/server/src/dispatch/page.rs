//! How many rows a page has.

use docent_protocol::SortOrder;

use super::DispatchError;
use crate::store::PageQuery;

/// What a page has if nothing is said.
pub(super) const DEFAULT_LIMIT: usize = 20;
/// What a page has at most, whatever is asked for.
const MOST: usize = 100;

/// After how many bytes of items a page ends, so that a hundred large ones do not fill the memory: 4 MiB.
pub(super) const MOST_BYTES: usize = 4 * 1024 * 1024;

/// The query that a client's parameters mean: absent and 0 are the default, more than 100 are 100.
pub(super) fn page_query(
    limit: Option<i64>,
    order: SortOrder,
    after: Option<String>,
) -> Result<PageQuery, DispatchError> {
    let limit = match limit {
        None | Some(0) => DEFAULT_LIMIT,
        Some(limit) if limit < 0 => {
            return Err(DispatchError::Invalid("`limit` is a number from 0 to 100; 0 means 20.".into()));
        }
        Some(limit) => usize::try_from(limit).map_or(MOST, |limit| limit.min(MOST)),
    };
    Ok(PageQuery { limit, order, after, most_bytes: MOST_BYTES })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_taken_defaulted_capped_or_refused() {
        let limit = |limit| page_query(limit, SortOrder::Desc, None).map(|query| query.limit).ok();
        assert_eq!(limit(None), Some(20));
        assert_eq!(limit(Some(0)), Some(20));
        assert_eq!(limit(Some(1)), Some(1));
        assert_eq!(limit(Some(100)), Some(100));
        assert_eq!(limit(Some(i64::MAX)), Some(100));
        assert_eq!(limit(Some(-1)), None);
        assert_eq!(limit(Some(i64::MIN)), None);
    }
}
