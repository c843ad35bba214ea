//! A page of items, gathered from rows: so many, so many bytes, and none of those that cannot be read.

use docent_protocol::{Page, ThreadItem};

use super::row::{self, rows_for};
use super::{PageQuery, StoreError, ThreadKey};
use crate::error::chain;

/// An item as a query lists it.
pub(super) struct ListedRow {
    pub(super) id: String,
    pub(super) position: i64,
    /// The item as JSON; bytes, because what was damaged need not be text.
    pub(super) body: Vec<u8>,
    /// How many rows the query found, those included whose bytes were too many.
    pub(super) found: i64,
}

/// A page that is not full yet.
pub(super) struct Listing<'a> {
    key: &'a ThreadKey,
    limit: usize,
    most_bytes: usize,
    page: Page<ThreadItem>,
}

impl<'a> Listing<'a> {
    pub(super) fn new(key: &'a ThreadKey, query: &PageQuery) -> Self {
        Self { key, limit: query.limit, most_bytes: query.most_bytes, page: Page::default() }
    }

    /// How many rows to look for: one more than are missing, to know whether more follow.
    pub(super) fn rows(&self) -> i64 {
        rows_for(self.limit - self.page.data.len())
    }

    /// How many bytes the rows before a row may have, for it to be given.
    pub(super) fn bytes(&self) -> i64 {
        i64::try_from(self.most_bytes).unwrap_or(i64::MAX)
    }

    /// Takes the rows of a query; if the page has room for more after them, the position to go on from.
    ///
    /// A row that cannot be read is left out and its place is filled: it must not keep all others from their reader.
    pub(super) fn take(&mut self, rows: Vec<ListedRow>) -> Option<i64> {
        let found = rows.first().map_or(0, |row| row.found);
        let missing = self.limit - self.page.data.len();
        let is_cut = i64::try_from(rows.len()).is_ok_and(|given| given < found) && rows.len() < missing;
        let shown = rows.len().min(missing);
        self.page.has_more = i64::try_from(shown).is_ok_and(|shown| shown < found);
        let mut last = None;
        for row in rows.into_iter().take(shown) {
            let ListedRow { id, position, body, found: _ } = row;
            self.most_bytes = self.most_bytes.saturating_sub(body.len());
            match row::read(&body) {
                Ok(item) => self.page.data.push(item),
                Err(error) => left_out(self.key, &id, &error),
            }
            last = Some((id, position));
        }
        let (id, position) = last?;
        self.page.after = self.page.has_more.then_some(id);
        let has_room = self.page.data.len() < self.limit && !is_cut && self.most_bytes > 0;
        (self.page.has_more && has_room).then_some(position)
    }

    pub(super) fn page(self) -> Page<ThreadItem> {
        self.page
    }
}

fn left_out(key: &ThreadKey, item_id: &str, error: &StoreError) {
    tracing::warn!(thread_id = %key.thread_id, item_id, error = %chain(error), "an item is left out of a page");
}

#[cfg(test)]
mod tests {
    use super::*;
    use docent_protocol::SortOrder;
    use serde_json::json;

    fn row(position: i64, found: i64, is_readable: bool) -> ListedRow {
        let item = json!({"type": "end_of_turn", "id": format!("i{position}"), "thread_id": "t",
            "created_at": "2026-01-01T00:00:00Z"});
        let body = if is_readable { item.to_string().into_bytes() } else { vec![0xff] };
        ListedRow { id: format!("i{position}"), position, body, found }
    }

    #[test]
    fn the_place_of_a_row_that_cannot_be_read_is_filled_with_the_next() {
        let key = ThreadKey::new("ada", "t");
        let mut listing = Listing::new(&key, &PageQuery::first(2, SortOrder::Asc));
        assert_eq!(listing.rows(), 3);
        let goes_on = listing.take(vec![row(1, 3, true), row(2, 3, false), row(3, 3, true)]);
        assert_eq!((goes_on, listing.rows()), (Some(2), 2));
        assert_eq!(listing.take(vec![row(3, 2, true), row(4, 2, true)]), None);
        let page = listing.page();
        let ids: Vec<&str> = page.data.iter().map(ThreadItem::id).collect();
        assert_eq!((ids, page.has_more, page.after.as_deref()), (vec!["i1", "i3"], true, Some("i3")));
    }

    #[test]
    fn a_page_of_nothing_readable_still_says_where_it_goes_on() {
        let key = ThreadKey::new("ada", "t");
        let mut listing = Listing::new(&key, &PageQuery::first(1, SortOrder::Asc));
        assert_eq!(listing.take(vec![row(1, 2, false), row(2, 2, false)]), Some(1));
        assert_eq!(listing.take(vec![row(2, 1, false)]), None);
        let page = listing.page();
        assert_eq!((page.data.len(), page.has_more, page.after), (0, false, None));
    }
}
