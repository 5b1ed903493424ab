//! `/IncomingPhoneNumbers`.

use super::Request;
use super::page;
use super::reply::{Reply, date, method, url};
use crate::world::{Endpoint, IncomingNumber, Refusal, World};
use serde_json::{Value, json};

pub(super) fn list(request: &Request, world: &World) -> Result<Reply, Refusal> {
    let (phone_number, name) = (request.query.get("PhoneNumber"), request.query.get("FriendlyName"));
    let mut numbers: Vec<_> = world
        .setup
        .numbers
        .iter()
        .filter(|number| number.account_sid == request.caller.account_sid)
        // A part of the number will do, with or without `+`.
        .filter(|number| phone_number.is_none_or(|part| number.phone_number.contains(part.trim())))
        .filter(|number| name.is_none_or(|name| number.friendly_name == name))
        .collect();
    numbers.reverse();
    page::list(request, "incoming_phone_numbers", &numbers, |number| &number.sid, show)
}

pub(super) fn fetch(request: &Request, world: &World, sid: &str) -> Result<Reply, Refusal> {
    Ok(Reply::ok(show(find(request, world, sid)?)))
}

/// Webhooks of a trunk or an application hold in place of the number's own; what is given empty is taken away.
pub(super) fn update(request: &Request, world: &mut World, sid: &str) -> Result<Reply, Refusal> {
    let mut number = find(request, world, sid)?.clone();
    let form = &request.form;
    form.boolean("VoiceCallerIdLookup")?;
    form.word("VoiceReceiveMode", &["voice", "fax"])?;
    if let Some(name) = form.get("FriendlyName") {
        number.friendly_name = name.to_owned();
    }
    form.change(&mut number.voice, "VoiceUrl", "VoiceMethod")?;
    form.change(&mut number.voice_fallback, "VoiceFallbackUrl", "VoiceFallbackMethod")?;
    form.change(&mut number.sms, "SmsUrl", "SmsMethod")?;
    form.change(&mut number.sms_fallback, "SmsFallbackUrl", "SmsFallbackMethod")?;
    form.change(&mut number.status_callback, "StatusCallback", "StatusCallbackMethod")?;
    let application = |name: &str, current: Option<String>| match form.given(name) {
        None => Ok(current),
        Some("") => Ok(None),
        Some(sid) => {
            let known = world.setup.applications.get(sid);
            let own = known.is_some_and(|application| application.account_sid == request.caller.account_sid);
            let refusal = || Refusal::bad_request(21703, format!("{name} is no application of this account"));
            own.then(|| Some(sid.to_owned())).ok_or_else(refusal)
        }
    };
    number.voice_application_sid = application("VoiceApplicationSid", number.voice_application_sid)?;
    number.sms_application_sid = application("SmsApplicationSid", number.sms_application_sid)?;
    if let Some(trunk_sid) = form.given("TrunkSid") {
        number.trunk_sid = Some(trunk_sid.to_owned()).filter(|sid| !sid.is_empty());
    }
    number.updated = world.now();
    world.setup.numbers.put(sid, number);
    fetch(request, world, sid)
}

fn find<'a>(request: &Request, world: &'a World, sid: &str) -> Result<&'a IncomingNumber, Refusal> {
    let number = world.setup.numbers.get(sid);
    number
        .filter(|number| number.account_sid == request.caller.account_sid)
        .ok_or_else(|| request.not_found())
}

fn show(number: &IncomingNumber) -> Value {
    // Twilio writes an address that is not set as an empty text.
    let address = |endpoint: &Option<Endpoint>| url(endpoint.as_ref()).unwrap_or_default().to_owned();
    json!({
        "account_sid": number.account_sid,
        "address_requirements": "none",
        "address_sid": null,
        "api_version": "2010-04-01",
        "beta": false,
        "bundle_sid": null,
        "capabilities": { "fax": false, "mms": true, "sms": true, "voice": true },
        "date_created": date(number.created),
        "date_updated": date(number.updated),
        "emergency_address_sid": null,
        "emergency_address_status": "unregistered",
        "emergency_status": "Inactive",
        "friendly_name": number.friendly_name,
        "identity_sid": null,
        "origin": "twilio",
        "phone_number": number.phone_number,
        "sid": number.sid,
        "sms_application_sid": number.sms_application_sid.as_deref().unwrap_or_default(),
        "sms_fallback_method": method(number.sms_fallback.as_ref()),
        "sms_fallback_url": address(&number.sms_fallback),
        "sms_method": method(number.sms.as_ref()),
        "sms_url": address(&number.sms),
        "status": "in-use",
        "status_callback": address(&number.status_callback),
        "status_callback_method": method(number.status_callback.as_ref()),
        "trunk_sid": number.trunk_sid,
        "uri": format!("/2010-04-01/Accounts/{}/IncomingPhoneNumbers/{}.json", number.account_sid, number.sid),
        "voice_application_sid": number.voice_application_sid.as_deref().unwrap_or_default(),
        "voice_caller_id_lookup": false,
        "voice_fallback_method": method(number.voice_fallback.as_ref()),
        "voice_fallback_url": address(&number.voice_fallback),
        "voice_method": method(number.voice.as_ref()),
        "voice_receive_mode": "voice",
        "voice_url": address(&number.voice),
    })
}
