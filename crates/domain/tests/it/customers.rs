use chrono::{DateTime, Utc};
use switchboard_domain::Error;
use switchboard_domain::customers::{CustomerForm, CustomerKind, CustomerQuery};
use switchboard_domain::events::CustomerId;
use switchboard_domain::people::OrganizationForm;
use switchboard_domain::ports::Clock;

use crate::world::World;

fn named(first_name: &str, phone: &str) -> CustomerForm {
    CustomerForm {
        first_name: Some(Some(first_name.to_owned())),
        phone: Some(Some(phone.to_owned())),
        ..CustomerForm::default()
    }
}

#[tokio::test]
async fn a_phone_number_is_kept_as_typed_and_compared_as_e164() {
    let world = World::new();
    let org = world.plant().await;
    let caller = org.caller(&org.agent);
    let bo = world
        .customers
        .create(&caller, CustomerKind::Contact, named("Bo", "(647) 555-0100"))
        .await
        .expect("create");
    assert_eq!(bo.phone.as_deref(), Some("(647) 555-0100"));
    assert_eq!(bo.phone_e164.as_ref().map(|phone| phone.as_str()), Some("+16475550100"));
    for search in ["+16475550100", "647-555-0100", "b", "BO"] {
        let query = CustomerQuery {
            kind: CustomerKind::Contact,
            search: Some(search.to_owned()),
            before: None,
            limit: 50,
            offset: 0,
        };
        let (found, total) = world.customers.list(&caller, &query).await.expect("list");
        assert_eq!((found.len(), total), (1, 1), "{search}");
    }
}

#[tokio::test]
async fn a_field_left_out_stays_and_a_null_clears() {
    let world = World::new();
    let org = world.plant().await;
    let caller = org.caller(&org.agent);
    let kind = CustomerKind::Lead;
    let lead = world.customers.create(&caller, kind, named("Lee", "+16475550100")).await.expect("create");
    assert_eq!((lead.status.as_str(), lead.priority.as_deref()), ("new", Some("medium")));
    let form = CustomerForm { phone: Some(None), value: Some(Some(12.5)), ..CustomerForm::default() };
    let lead = world.customers.update(&caller, kind, lead.id, form).await.expect("update");
    assert_eq!(
        (lead.first_name.as_str(), lead.phone, lead.phone_e164, lead.value),
        ("Lee", None, None, Some(12.5))
    );
}

#[tokio::test]
async fn rules_broken_are_named_together() {
    let world = World::new();
    let (org, other) = (world.plant().await, world.plant().await);
    let form = CustomerForm {
        first_name: Some(Some("x".repeat(101))),
        phone: Some(Some("no number".to_owned())),
        status: Some(Some("sleepy".to_owned())),
        assigned_to: Some(Some(other.agent.id.to_string())),
        value: Some(Some(-1.0)),
        ..CustomerForm::default()
    };
    let result = world.customers.create(&org.caller(&org.agent), CustomerKind::Lead, form).await;
    let Err(Error::Invalid(errors)) = result else { panic!("five rules were broken") };
    let fields: Vec<_> = errors.iter().map(|error| error.field.as_str()).collect();
    assert_eq!(fields, ["first_name", "phone", "status", "assigned_to", "value"]);
}

#[tokio::test]
async fn nobody_at_all_is_no_customer() {
    let world = World::new();
    let org = world.plant().await;
    let result =
        world.customers.create(&org.caller(&org.agent), CustomerKind::Contact, CustomerForm::default()).await;
    assert!(matches!(result, Err(Error::Invalid(_))));
}

#[tokio::test]
async fn what_is_not_there_cannot_be_changed() {
    let world = World::new();
    let org = world.plant().await;
    let caller = org.caller(&org.agent);
    let id = CustomerId::generate();
    let kind = CustomerKind::Contact;
    assert!(matches!(world.customers.get(&caller, kind, id).await, Err(Error::NotFound("contact"))));
    assert!(matches!(world.customers.delete(&caller, kind, id).await, Err(Error::NotFound(_))));
    let result = world.customers.update(&caller, kind, id, CustomerForm::default()).await;
    assert!(matches!(result, Err(Error::NotFound(_))));
}

#[tokio::test]
async fn weeks_and_months_are_those_of_the_organisations_clocks() {
    let world = World::new();
    let org = world.plant().await;
    let admin = org.caller(&org.admin);
    let auckland = Some("Pacific/Auckland".to_owned());
    let form = OrganizationForm { timezone: auckland, ..OrganizationForm::default() };
    world.people.update_organization(&admin, form).await.expect("update");
    world.customers.create(&admin, CustomerKind::Lead, named("Lee", "+6495550100")).await.expect("create");
    for (moment, week, month) in [
        ("2026-01-04T10:59:59Z", 1, 1),
        ("2026-01-04T11:00:00Z", 0, 1),
        ("2026-01-31T10:59:59Z", 0, 1),
        ("2026-01-31T11:00:00Z", 0, 0),
    ] {
        let moment: DateTime<Utc> = moment.parse().expect("a moment");
        world.clock.advance(moment - world.clock.now());
        let stats = world.customers.lead_stats(&admin).await.expect("stats");
        assert_eq!((stats.new_this_week, stats.new_this_month), (week, month), "{moment}");
    }
}
