use async_trait::async_trait;

use super::StoreError;
use crate::lines::Line;
use crate::phone::PhoneNumber;

/// What was decided about the organisation's numbers.
#[async_trait]
pub trait LineRepo: Send {
    /// Every number about which something was decided, whether it still is the organisation's or not.
    async fn lines(&mut self) -> Result<Vec<Line>, StoreError>;
    /// What was decided about a number, if anything was.
    async fn line(&mut self, number: &PhoneNumber) -> Result<Option<Line>, StoreError>;
    /// Keeps this and forgets what was decided about the number before.
    async fn put_line(&mut self, line: &Line) -> Result<(), StoreError>;
}
