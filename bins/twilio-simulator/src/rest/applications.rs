//! `/Applications`: what browsers call through.

use super::Request;
use super::page;
use super::reply::{Reply, date, method, url};
use crate::world::{Application, Refusal, World};
use serde_json::{Value, json};

pub(super) fn create(request: &Request, world: &mut World) -> Result<Reply, Refusal> {
    let sid = world.new_sid("AP");
    let mut application = Application {
        sid: sid.clone(),
        account_sid: request.caller.account_sid.clone(),
        friendly_name: sid.clone(),
        voice: None,
        voice_fallback: None,
        status_callback: None,
        sms: None,
        sms_fallback: None,
        message_status_callback: None,
        created: world.now(),
        updated: world.now(),
    };
    change(request, &mut application)?;
    let shown = show(&application);
    world.setup.applications.put(&sid, application);
    Ok(Reply::created(&sid, shown))
}

pub(super) fn list(request: &Request, world: &World) -> Result<Reply, Refusal> {
    let name = request.query.get("FriendlyName");
    let applications: Vec<_> = world
        .setup
        .applications
        .iter()
        .rev()
        .filter(|application| application.account_sid == request.caller.account_sid)
        .filter(|application| name.is_none_or(|name| application.friendly_name == name))
        .collect();
    page::list(request, "applications", &applications, |application| &application.sid, show)
}

pub(super) fn fetch(request: &Request, world: &World, sid: &str) -> Result<Reply, Refusal> {
    Ok(Reply::ok(show(find(request, world, sid)?)))
}

pub(super) fn update(request: &Request, world: &mut World, sid: &str) -> Result<Reply, Refusal> {
    let mut application = find(request, world, sid)?.clone();
    change(request, &mut application)?;
    application.updated = world.now();
    world.setup.applications.put(sid, application);
    fetch(request, world, sid)
}

pub(super) fn delete(request: &Request, world: &mut World, sid: &str) -> Result<Reply, Refusal> {
    find(request, world, sid)?;
    world.setup.applications.remove(sid);
    Ok(Reply::Empty)
}

fn change(request: &Request, application: &mut Application) -> Result<(), Refusal> {
    let form = &request.form;
    form.boolean("VoiceCallerIdLookup")?;
    form.boolean("PublicApplicationConnectEnabled")?;
    if let Some(name) = form.get("FriendlyName") {
        application.friendly_name = name.to_owned();
    }
    form.change(&mut application.voice, "VoiceUrl", "VoiceMethod")?;
    form.change(&mut application.voice_fallback, "VoiceFallbackUrl", "VoiceFallbackMethod")?;
    form.change(&mut application.status_callback, "StatusCallback", "StatusCallbackMethod")?;
    form.change(&mut application.sms, "SmsUrl", "SmsMethod")?;
    form.change(&mut application.sms_fallback, "SmsFallbackUrl", "SmsFallbackMethod")?;
    for name in ["SmsStatusCallback", "MessageStatusCallback"] {
        if form.given(name).is_some() {
            application.message_status_callback = form.url(name, 21502)?;
        }
    }
    Ok(())
}

fn find<'a>(request: &Request, world: &'a World, sid: &str) -> Result<&'a Application, Refusal> {
    let application = world.setup.applications.get(sid);
    application
        .filter(|application| application.account_sid == request.caller.account_sid)
        .ok_or_else(|| request.not_found())
}

fn show(application: &Application) -> Value {
    let (account_sid, sid) = (&application.account_sid, &application.sid);
    json!({
        "account_sid": account_sid,
        "api_version": "2010-04-01",
        "date_created": date(application.created),
        "date_updated": date(application.updated),
        "friendly_name": application.friendly_name,
        "message_status_callback": application.message_status_callback,
        "public_application_connect_enabled": false,
        "sid": sid,
        "sms_fallback_method": method(application.sms_fallback.as_ref()),
        "sms_fallback_url": url(application.sms_fallback.as_ref()),
        "sms_method": method(application.sms.as_ref()),
        "sms_status_callback": application.message_status_callback,
        "sms_url": url(application.sms.as_ref()),
        "status_callback": url(application.status_callback.as_ref()),
        "status_callback_method": method(application.status_callback.as_ref()),
        "uri": format!("/2010-04-01/Accounts/{account_sid}/Applications/{sid}.json"),
        "voice_caller_id_lookup": false,
        "voice_fallback_method": method(application.voice_fallback.as_ref()),
        "voice_fallback_url": url(application.voice_fallback.as_ref()),
        "voice_method": method(application.voice.as_ref()),
        "voice_url": url(application.voice.as_ref()),
    })
}
