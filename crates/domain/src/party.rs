//! Who is at the ends of a call or message.

use switchboard_events::CustomerId;

use crate::check;
use crate::customers::{Customer, CustomerKind};
use crate::error::Error;
use crate::phone::PhoneNumber;
use crate::ports::CustomerRepo;
use crate::text;

/// One end of a call or message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// What is stored and shown: E.164 wherever it is a phone number, else what Twilio said.
    pub address: String,
    /// The phone number, if it is one that could belong to a person.
    pub phone: Option<PhoneNumber>,
}

impl Party {
    /// A phone number.
    pub fn phone(number: PhoneNumber) -> Self {
        Self { address: number.to_string(), phone: Some(number) }
    }

    /// Anything else: a withheld caller, a short code, a sender's name. Longer ones than there are end early.
    pub fn other(address: &str) -> Self {
        Self { address: text::storable(text::beginning(address, check::LINE)), phone: None }
    }

    /// The contact or lead behind it.
    pub(crate) async fn customer<R: CustomerRepo + ?Sized>(
        &self,
        repo: &mut R,
    ) -> Result<Option<CustomerRef>, Error> {
        match &self.phone {
            Some(phone) => Ok(repo.customer_by_phone(phone).await?.map(CustomerRef::from)),
            None => Ok(None),
        }
    }
}

/// The contact or lead at the other end, as far as a call or message remembers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerRef {
    /// Contact or lead.
    pub kind: CustomerKind,
    /// Our id of them.
    pub id: CustomerId,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
}

impl CustomerRef {
    /// First and last name.
    pub fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name).trim().to_owned()
    }

    /// The id, if this is a lead.
    pub fn lead_id(this: Option<&Self>) -> Option<CustomerId> {
        this.filter(|customer| customer.kind == CustomerKind::Lead).map(|customer| customer.id)
    }

    /// The id, if this is a contact.
    pub fn contact_id(this: Option<&Self>) -> Option<CustomerId> {
        this.filter(|customer| customer.kind == CustomerKind::Contact).map(|customer| customer.id)
    }

    /// The name as it may be shown; `None` if there is none.
    pub fn shown_name(this: Option<&Self>) -> Option<String> {
        this.map(|customer| text::inert(&customer.name())).filter(|name| !name.is_empty())
    }
}

impl From<Customer> for CustomerRef {
    fn from(customer: Customer) -> Self {
        let Customer { kind, id, first_name, last_name, .. } = customer;
        Self { kind, id, first_name, last_name }
    }
}
