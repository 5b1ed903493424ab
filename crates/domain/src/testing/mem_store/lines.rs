use async_trait::async_trait;

use super::MemTx;
use crate::lines::Line;
use crate::phone::PhoneNumber;
use crate::ports::{LineRepo, StoreError};

#[async_trait]
impl LineRepo for MemTx {
    async fn lines(&mut self) -> Result<Vec<Line>, StoreError> {
        Ok(self.tenant.lines.clone())
    }

    async fn line(&mut self, number: &PhoneNumber) -> Result<Option<Line>, StoreError> {
        Ok(self.tenant.lines.iter().find(|line| line.number == *number).cloned())
    }

    async fn put_line(&mut self, line: &Line) -> Result<(), StoreError> {
        self.tenant.lines.retain(|kept| kept.number != line.number);
        self.tenant.lines.push(line.clone());
        Ok(())
    }
}
