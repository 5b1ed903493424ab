use async_trait::async_trait;

use super::{Asked, FakeTwilio};
use crate::ports::{
    CallControl, CallSearch, CallStatus, Credentials, Instructions, NewCall, TelephonyError, TwilioCall,
};

#[async_trait]
impl CallControl for FakeTwilio {
    async fn start_call(&self, account: &Credentials, call: &NewCall) -> Result<TwilioCall, TelephonyError> {
        self.ask(account, Asked::StartCall(call.clone()), |has| Ok(has.new_call(&call.to, &call.from)))
    }

    async fn call(&self, account: &Credentials, sid: &str) -> Result<Option<TwilioCall>, TelephonyError> {
        self.ask(account, Asked::Call(sid.to_owned()), |has| Ok(has.call(sid).cloned()))
    }

    async fn calls(
        &self,
        account: &Credentials,
        search: &CallSearch,
    ) -> Result<Vec<TwilioCall>, TelephonyError> {
        self.ask(account, Asked::Calls(search.clone()), |has| {
            let found = |call: &&TwilioCall| {
                call.to == search.to
                    && search.from.as_ref().is_none_or(|from| call.from == *from)
                    && call.created_at.is_some_and(|at| at >= search.since)
            };
            Ok(has.calls.iter().rev().filter(found).cloned().collect())
        })
    }

    async fn redirect(
        &self,
        account: &Credentials,
        sid: &str,
        to: &Instructions,
    ) -> Result<(), TelephonyError> {
        let asked = Asked::Redirect(sid.to_owned(), to.clone());
        self.ask(account, asked, |has| has.live_call(sid).map(|_| ()))
    }

    async fn cancel(&self, account: &Credentials, sid: &str) -> Result<bool, TelephonyError> {
        self.ask(account, Asked::Cancel(sid.to_owned()), |has| {
            let was_answered = has.call(sid).is_some_and(|call| call.status == CallStatus::InProgress);
            if !was_answered {
                has.end(sid, CallStatus::Canceled);
            }
            Ok(!was_answered)
        })
    }

    async fn complete(&self, account: &Credentials, sid: &str) -> Result<(), TelephonyError> {
        self.ask(account, Asked::Complete(sid.to_owned()), |has| {
            has.end(sid, CallStatus::Completed);
            Ok(())
        })
    }
}
