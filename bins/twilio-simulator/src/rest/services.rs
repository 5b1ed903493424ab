//! Of messaging.twilio.com: `/v1/Services` and their `/PhoneNumbers`.

use super::Request;
use super::page;
use super::reply::{Reply, iso_date, method, url};
use crate::world::{IncomingNumber, Refusal, Service, World};
use axum::http::Method;
use serde_json::{Value, json};

pub(super) fn route(request: &Request, world: &mut World, path: &[&str]) -> Result<Reply, Refusal> {
    let get = request.method == Method::GET;
    let post = request.method == Method::POST;
    let delete = request.method == Method::DELETE;
    match path {
        [] if get => list(request, world),
        [] if post => create(request, world),
        [sid] if get => fetch(request, world, sid),
        [sid] if post => update(request, world, sid),
        [sid] if delete => {
            find(request, world, sid)?;
            world.setup.services.remove(sid);
            Ok(Reply::Empty)
        }
        [sid, "PhoneNumbers"] if get => list_numbers(request, world, sid),
        [sid, "PhoneNumbers"] if post => add_number(request, world, sid),
        [sid, "PhoneNumbers", number_sid] if get => fetch_number(request, world, sid, number_sid),
        [sid, "PhoneNumbers", number_sid] if delete => {
            find_number(request, world, sid, number_sid)?;
            if let Some(service) = world.setup.services.get_mut(sid) {
                service.number_sids.retain(|other| other != number_sid);
            }
            Ok(Reply::Empty)
        }
        [] | [_] | [_, "PhoneNumbers"] | [_, "PhoneNumbers", _] => Err(request.method_not_allowed()),
        _ => Err(request.not_found()),
    }
}

fn create(request: &Request, world: &mut World) -> Result<Reply, Refusal> {
    let name = request.form.required("FriendlyName", 20001)?;
    let sid = world.new_sid("MG");
    let mut service = Service {
        sid: sid.clone(),
        account_sid: request.caller.account_sid.clone(),
        friendly_name: name.to_owned(),
        number_sids: Vec::new(),
        inbound: None,
        fallback: None,
        status_callback: None,
        use_inbound_webhook_on_number: false,
        created: world.now(),
        updated: world.now(),
    };
    change(request, &mut service)?;
    let shown = show(request, &service);
    world.setup.services.put(&sid, service);
    Ok(Reply::created(&sid, shown))
}

fn list(request: &Request, world: &World) -> Result<Reply, Refusal> {
    let services = world.setup.services.iter().rev();
    let services: Vec<_> =
        services.filter(|service| service.account_sid == request.caller.account_sid).collect();
    page::list_with_meta(
        request,
        "services",
        &services,
        |service| &service.sid,
        |service| show(request, service),
    )
}

fn fetch(request: &Request, world: &World, sid: &str) -> Result<Reply, Refusal> {
    Ok(Reply::ok(show(request, find(request, world, sid)?)))
}

fn update(request: &Request, world: &mut World, sid: &str) -> Result<Reply, Refusal> {
    let mut service = find(request, world, sid)?.clone();
    change(request, &mut service)?;
    service.updated = world.now();
    world.setup.services.put(sid, service);
    fetch(request, world, sid)
}

fn change(request: &Request, service: &mut Service) -> Result<(), Refusal> {
    let form = &request.form;
    for flag in ["StickySender", "MmsConverter", "SmartEncoding", "FallbackToLongCode", "AreaCodeGeomatch"] {
        form.boolean(flag)?;
    }
    form.word("ScanMessageContent", &["inherit", "enable", "disable"])?;
    form.integer("ValidityPeriod", 1..=36_000)?;
    if let Some(name) = form.get("FriendlyName") {
        service.friendly_name = name.to_owned();
    }
    form.change(&mut service.inbound, "InboundRequestUrl", "InboundMethod")?;
    form.change(&mut service.fallback, "FallbackUrl", "FallbackMethod")?;
    if form.given("StatusCallback").is_some() {
        service.status_callback = form.url("StatusCallback", 21502)?;
    }
    if let Some(flag) = form.boolean("UseInboundWebhookOnNumber")? {
        service.use_inbound_webhook_on_number = flag;
    }
    Ok(())
}

fn list_numbers(request: &Request, world: &World, sid: &str) -> Result<Reply, Refusal> {
    let service = find(request, world, sid)?;
    let numbers = service.number_sids.iter();
    let numbers: Vec<_> = numbers.filter_map(|number_sid| world.setup.numbers.get(number_sid)).collect();
    let show = |number: &IncomingNumber| show_number(request, service, number);
    page::list_with_meta(request, "phone_numbers", &numbers, |number| &number.sid, show)
}

fn fetch_number(request: &Request, world: &World, sid: &str, number_sid: &str) -> Result<Reply, Refusal> {
    let (service, number) = find_number(request, world, sid, number_sid)?;
    Ok(Reply::ok(show_number(request, service, number)))
}

/// A number sends for one service at most.
fn add_number(request: &Request, world: &mut World, sid: &str) -> Result<Reply, Refusal> {
    let service = find(request, world, sid)?;
    let number_sid = request.form.required("PhoneNumberSid", 20001)?;
    let number = world.setup.numbers.get(number_sid);
    let number = number.filter(|number| number.account_sid == service.account_sid);
    let number = number
        .ok_or_else(|| Refusal::not_found(&format!("{number_sid}, a phone number of this account,")))?;
    let is_taken = |service: &Service| service.number_sids.iter().any(|other| other == number_sid);
    if is_taken(service) {
        return Err(Refusal::conflict(
            21710,
            "Phone Number or Short Code is already in the Messaging Service.",
        ));
    }
    if world.setup.services.iter().any(is_taken) {
        let message = "Phone Number or Short Code is associated with another Messaging Service.";
        return Err(Refusal::conflict(21712, message));
    }
    let reply = Reply::created(number_sid, show_number(request, service, number));
    if let Some(service) = world.setup.services.get_mut(sid) {
        service.number_sids.push(number_sid.to_owned());
    }
    Ok(reply)
}

fn find<'a>(request: &Request, world: &'a World, sid: &str) -> Result<&'a Service, Refusal> {
    let service = world.setup.services.get(sid);
    service
        .filter(|service| service.account_sid == request.caller.account_sid)
        .ok_or_else(|| request.not_found())
}

fn find_number<'a>(
    request: &Request,
    world: &'a World,
    sid: &str,
    number_sid: &str,
) -> Result<(&'a Service, &'a IncomingNumber), Refusal> {
    let service = find(request, world, sid)?;
    let is_in = service.number_sids.iter().any(|other| other == number_sid);
    let number = world.setup.numbers.get(number_sid).filter(|_| is_in);
    Ok((service, number.ok_or_else(|| request.not_found())?))
}

fn show(request: &Request, service: &Service) -> Value {
    let address = format!("{}/v1/Services/{}", request.base, service.sid);
    json!({
        "account_sid": service.account_sid,
        "area_code_geomatch": true,
        "date_created": iso_date(service.created),
        "date_updated": iso_date(service.updated),
        "fallback_method": method(service.fallback.as_ref()),
        "fallback_to_long_code": true,
        "fallback_url": url(service.fallback.as_ref()),
        "friendly_name": service.friendly_name,
        "inbound_method": method(service.inbound.as_ref()),
        "inbound_request_url": url(service.inbound.as_ref()),
        "links": {
            "phone_numbers": format!("{address}/PhoneNumbers"),
            "short_codes": format!("{address}/ShortCodes"),
            "alpha_senders": format!("{address}/AlphaSenders"),
        },
        "mms_converter": true,
        "scan_message_content": "inherit",
        "sid": service.sid,
        "smart_encoding": false,
        "status_callback": service.status_callback,
        "sticky_sender": true,
        "synchronous_validation": false,
        "url": address,
        "us_app_to_person_registered": false,
        "use_inbound_webhook_on_number": service.use_inbound_webhook_on_number,
        "usecase": "undeclared",
        "validity_period": 36_000,
    })
}

fn show_number(request: &Request, service: &Service, number: &IncomingNumber) -> Value {
    json!({
        "account_sid": number.account_sid,
        "capabilities": ["SMS", "MMS", "Voice"],
        "country_code": "US",
        "date_created": iso_date(number.created),
        "date_updated": iso_date(number.updated),
        "phone_number": number.phone_number,
        "service_sid": service.sid,
        "sid": number.sid,
        "url": format!("{}/v1/Services/{}/PhoneNumbers/{}", request.base, service.sid, number.sid),
    })
}
