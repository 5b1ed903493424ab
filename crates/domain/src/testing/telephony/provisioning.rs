use async_trait::async_trait;

use super::{Asked, FakeTwilio, not_found};
use crate::phone::PhoneNumber;
use crate::ports::{
    AccountNumber, ApplicationWebhooks, Credentials, NumberWebhooks, Provisioning, ServiceWebhooks,
    TelephonyError,
};

#[async_trait]
impl Provisioning for FakeTwilio {
    async fn numbers(
        &self,
        account: &Credentials,
        only: Option<&PhoneNumber>,
    ) -> Result<Vec<AccountNumber>, TelephonyError> {
        self.ask(account, Asked::Numbers(only.cloned()), |has| {
            let wanted = |number: &&AccountNumber| only.is_none_or(|only| number.number == *only);
            Ok(has.numbers.iter().filter(wanted).cloned().collect())
        })
    }

    async fn set_number_webhooks(
        &self,
        account: &Credentials,
        sid: &str,
        webhooks: &NumberWebhooks,
    ) -> Result<(), TelephonyError> {
        self.ask(account, Asked::SetNumberWebhooks(sid.to_owned(), webhooks.clone()), |has| {
            let known = has.numbers.iter().any(|number| number.sid == sid);
            known.then_some(()).ok_or_else(not_found)
        })
    }

    async fn set_application(
        &self,
        account: &Credentials,
        sid: Option<&str>,
        webhooks: &ApplicationWebhooks,
    ) -> Result<String, TelephonyError> {
        self.ask(account, Asked::SetApplication(sid.map(str::to_owned), webhooks.clone()), |has| {
            let name = &webhooks.friendly_name;
            let named = sid.filter(|sid| has.applications.contains_key(*sid)).map(str::to_owned);
            let alike =
                || has.applications.iter().find(|(_, other)| *other == name).map(|(sid, _)| sid.clone());
            let sid = match named.or_else(alike) {
                Some(sid) => sid,
                None => has.sid("AP"),
            };
            has.applications.insert(sid.clone(), name.clone());
            Ok(sid)
        })
    }

    async fn has_service(&self, account: &Credentials, sid: &str) -> Result<bool, TelephonyError> {
        self.ask(account, Asked::Service(sid.to_owned()), |has| {
            Ok(has.services.iter().any(|known| known == sid))
        })
    }

    async fn set_service_webhooks(
        &self,
        account: &Credentials,
        sid: &str,
        webhooks: &ServiceWebhooks,
    ) -> Result<(), TelephonyError> {
        self.ask(account, Asked::SetServiceWebhooks(sid.to_owned(), webhooks.clone()), |has| {
            let known = has.services.iter().any(|service| service == sid);
            known.then_some(()).ok_or_else(not_found)
        })
    }
}
