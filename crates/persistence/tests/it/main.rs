//! PostgreSQL against the contract that the fake store passes too, and the locks that keep tenants apart.

mod catalogue;
mod demo;
mod isolation;
mod logins;
mod presence;
mod races;
mod scale;

use std::sync::Arc;

use switchboard_domain::testing::store_contract;
use switchboard_persistence::testing::TestDatabase;

#[tokio::test]
async fn postgresql_keeps_the_contract() {
    let store = Arc::new(TestDatabase::create().await.store().await);
    store_contract::run(store.clone(), store.clone(), store).await;
}
