//! Which leg is the customer's whom we call.

use switchboard_events::CallId;

use super::life::Happening;
use super::{Calls, Happened, TRIES, happen};
use crate::access::OrgScope;
use crate::error::Error;

impl Calls {
    /// Twilio named the call together with the customer's leg. Another call that was taken to have made that leg, for want of
    /// better knowledge, has it no longer. `None` if there is no such call.
    pub async fn dialed(&self, scope: OrgScope, id: CallId, sid: &str) -> Result<Option<Happened>, Error> {
        for _ in 0..TRIES {
            match self.dialed_once(scope, id, sid).await {
                Err(Error::Taken(_)) => {} // just now, by such a one
                dialed => return dialed,
            }
        }
        Err(Error::ChangedMeanwhile)
    }

    async fn dialed_once(&self, scope: OrgScope, id: CallId, sid: &str) -> Result<Option<Happened>, Error> {
        let mut tx = self.store.begin(scope).await?;
        let Some(call) = tx.call(id).await? else { return Ok(None) };
        if call.sid.is_none()
            && let Some(mistaken) = tx.call_by_sid(sid).await?
        {
            happen(tx.as_mut(), mistaken, &Happening::Mistaken { sid: sid.to_owned() }).await?;
        }
        let dialed = self.as_told(Happening::Dialed { sid: sid.to_owned() });
        let happened = happen(tx.as_mut(), call, &dialed).await?;
        if happened.is_new {
            tx.commit().await?;
        }
        Ok(Some(happened))
    }
}
