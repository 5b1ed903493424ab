use switchboard_domain::Error;
use switchboard_domain::access::Role;
use switchboard_domain::people::{OrganizationForm, UserForm};
use switchboard_domain::ports::Directory;

use crate::world::World;

#[tokio::test]
async fn the_team_is_its_active_members() {
    let world = World::new();
    let org = world.plant().await;
    let admin = org.caller(&org.admin);
    assert_eq!(world.people.team(&admin).await.expect("team").len(), 2);
    let leave = UserForm { is_active: Some(false), ..UserForm::default() };
    world.people.update_user(&admin, org.agent.id, leave).await.expect("update");
    let team = world.people.team(&admin).await.expect("team");
    assert_eq!(team.iter().map(|member| member.person.id).collect::<Vec<_>>(), [org.admin.id]);
    assert_eq!(world.people.users(&admin).await.expect("users").len(), 2);
}

#[tokio::test]
async fn a_change_of_role_is_told_to_live_sockets() {
    let world = World::new();
    let org = world.plant().await;
    let version =
        async || world.store.pulse(&[org.scope.org()]).await.expect("pulse").heads[0].access_version;
    let before = version().await;
    let rename = UserForm { first_name: Some("Amazing".to_owned()), ..UserForm::default() };
    world.people.update_user(&org.caller(&org.admin), org.agent.id, rename).await.expect("update");
    assert_eq!(version().await, before, "a name is nobody's right");
    let demote = UserForm { role: Some("viewer".to_owned()), ..UserForm::default() };
    let user = world.people.update_user(&org.caller(&org.admin), org.agent.id, demote).await.expect("update");
    assert_eq!(user.role, Role::Viewer);
    assert_eq!(version().await, before + 1);
}

#[tokio::test]
async fn the_last_admin_stays() {
    let world = World::new();
    let org = world.plant().await;
    for form in [
        UserForm { role: Some("user".to_owned()), ..UserForm::default() },
        UserForm { is_active: Some(false), ..UserForm::default() },
    ] {
        let result = world.people.update_user(&org.caller(&org.admin), org.admin.id, form).await;
        assert!(matches!(result, Err(Error::Invalid(_))));
    }
}

#[tokio::test]
async fn another_organisations_user_is_not_found() {
    let world = World::new();
    let (org, other) = (world.plant().await, world.plant().await);
    let result = world.people.update_user(&org.caller(&org.admin), other.agent.id, UserForm::default()).await;
    assert!(matches!(result, Err(Error::NotFound(_))));
}

#[tokio::test]
async fn a_time_zone_and_a_region_are_some_that_exist() {
    let world = World::new();
    let org = world.plant().await;
    let admin = org.caller(&org.admin);
    for (zone, is_known) in [("Mars/Olympus", false), ("", false), ("+01:00", false), ("Asia/Kolkata", true)]
    {
        let form = OrganizationForm { timezone: Some(zone.to_owned()), ..OrganizationForm::default() };
        let organization = world.people.update_organization(&admin, form).await;
        assert_eq!(organization.is_ok(), is_known, "{zone:?}: {organization:?}");
        let form = UserForm { timezone: Some(zone.to_owned()), ..UserForm::default() };
        let user = world.people.update_user(&admin, org.agent.id, form).await;
        assert_eq!(user.is_ok(), is_known, "{zone:?}: {user:?}");
        if let Err(Error::Invalid(errors)) = user {
            assert_eq!(errors.len(), 1, "{errors:?}");
        }
    }
    for (region, is_known) in [("ZZ", false), ("", false), ("germany", false), ("IN", true)] {
        let form = OrganizationForm { region: Some(region.to_owned()), ..OrganizationForm::default() };
        let organization = world.people.update_organization(&admin, form).await;
        assert_eq!(organization.is_ok(), is_known, "{region:?}: {organization:?}");
    }
    let name = OrganizationForm { name: Some("Acme & Co".to_owned()), ..OrganizationForm::default() };
    let organization = world.people.update_organization(&admin, name).await.expect("saves");
    assert_eq!(world.people.organization(&admin).await.expect("read"), organization);
    assert_eq!(
        (organization.name, organization.region.to_string(), organization.timezone.to_string()),
        ("Acme & Co".to_owned(), "IN".to_owned(), "Asia/Kolkata".to_owned()),
        "what is left out stays"
    );
}
