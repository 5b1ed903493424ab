use std::time::Duration;

use async_trait::async_trait;
use switchboard_domain::Error;
use switchboard_domain::access::Caller;
use switchboard_domain::feed::Reader;
use switchboard_domain::log::LogPosition;
use switchboard_domain::ports::{News, Newsroom};
use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::dispatcher;
use crate::holds::Hold;
use crate::mail::Mail;
use crate::registry::Registry;

#[async_trait]
impl Newsroom for Registry {
    fn saw(&self, caller: &Caller) {
        if let Some(node) = self.node() {
            node.askers.saw(caller.scope, caller.user, node.clock.now());
        }
    }

    fn heard(&self, caller: &Caller, is_audible: bool) {
        if let Some(node) = self.node() {
            node.askers.heard(caller.scope, caller.user, is_audible);
        }
    }

    async fn wait(
        &self,
        reader: &Reader,
        known: LogPosition,
        limit: u16,
        offers: &[String],
        wait: Duration,
    ) -> Result<News, Error> {
        let Some(node) = self.node() else { return Ok(News::LookYourself) };
        let (answer, news) = oneshot::channel();
        let hold = Hold {
            key: reader.key(),
            person: reader.person(),
            session: reader.session(),
            epoch: known.epoch,
            seq: known.head,
            limit,
            offers: offers.to_vec(),
            answer,
        };
        dispatcher::mail(&node, reader.scope(), known, Mail::Hold(Box::new(hold)));
        drop(node);
        match timeout(wait, news).await {
            Ok(Ok(news)) => news,
            Ok(Err(_)) | Err(_) => Ok(News::LookYourself), // the node stops, or there was no news
        }
    }
}
