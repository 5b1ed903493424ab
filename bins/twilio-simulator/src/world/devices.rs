//! Browsers: they register under a name, are called by it, and call through an application.
//!
//! What happens to a browser is in a short list of its own, from which whoever speaks for it reads on.

use super::agenda::{LegEvent, Timer};
use super::device::{Device, DeviceEvent};
use super::leg::Role;
use super::{Call, CallStatus, Direction, Refusal, StatusCallback, World};
use crate::access_token::{self, TokenError};
use std::time::Duration;

/// How many browsers may be registered under a name; the oldest without a call gives way.
const AT_ONCE: usize = 10;

/// How long it takes until a call ends that has lost its browser. Twilio promises no figure.
const NOTICED_AFTER: Duration = Duration::from_secs(5);

/// How long a browser is remembered after its token ended.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(600);

impl World {
    /// Registers a browser that shows this access token.
    pub fn register(&mut self, token: &str) -> Result<String, TokenError> {
        let grant = access_token::verify(token, self.now, &self.setup)?;
        let id = self.new_sid("DV");
        let alike: Vec<_> = self.devices_of(&grant.account_sid, &grant.identity);
        if alike.len() >= AT_ONCE {
            let idle = alike.iter().find(|device_id| self.calls_at(device_id).is_empty());
            self.unregister(idle.unwrap_or(&alike[0]));
        }
        let expires = grant.expires;
        self.devices.put(&id, Device::new(&id, grant));
        self.agenda.at(expires, Timer::DeviceExpires { device_id: id.clone() });
        Ok(id)
    }

    /// Shows another token for the same name, before the old one ends.
    pub fn update_token(&mut self, device_id: &str, token: &str) -> Result<(), TokenError> {
        let grant = access_token::verify(token, self.now, &self.setup)?;
        let expires = grant.expires;
        let device = self.devices.get_mut(device_id);
        let device = device.filter(|device| {
            device.grant.identity == grant.identity && device.grant.account_sid == grant.account_sid
        });
        let Some(device) = device else { return Err(TokenError::invalid("the token is for somebody else")) };
        device.grant = grant;
        device.has_expired = false;
        self.agenda.at(expires, Timer::DeviceExpires { device_id: device_id.to_owned() });
        Ok(())
    }

    /// The browser is gone, and so are its calls.
    pub fn unregister(&mut self, device_id: &str) {
        let Some(device) = self.devices.remove(device_id) else { return };
        for call_sid in self.calls_at(device_id) {
            self.end(&call_sid, CallStatus::Completed);
        }
        for call_sid in self.ringing_at(&device) {
            self.no_longer_rings(&call_sid, device_id);
        }
    }

    /// The browser is gone without a word, as when its process is killed: it rings no more, but Twilio takes a while to
    /// see that nobody is at its calls.
    pub fn lose_device(&mut self, device_id: &str) {
        let Some(device) = self.devices.remove(device_id) else { return };
        for call_sid in self.calls_at(device_id) {
            self.leg_later(NOTICED_AFTER, &call_sid, LegEvent::Lost);
        }
        for call_sid in self.ringing_at(&device) {
            self.no_longer_rings(&call_sid, device_id);
        }
    }

    /// Accepts a call that rings at the browser: it is connected, and no longer rings elsewhere.
    pub fn accept(&mut self, device_id: &str, call_sid: &str) -> Result<(), Refusal> {
        self.ringing(device_id, call_sid)?;
        if let Some(leg) = self.leg(call_sid) {
            leg.device = Some(device_id.to_owned());
            leg.rings_at.clear();
        }
        for other in self.devices_called(call_sid).into_iter().filter(|other| other != device_id) {
            self.tell_device(&other, DeviceEvent::Cancel { call_sid: call_sid.to_owned() });
        }
        self.pick_up(call_sid);
        Ok(())
    }

    /// Declines a call that rings at the browser. It ends when all of a name's browsers have declined.
    pub fn reject(&mut self, device_id: &str, call_sid: &str) -> Result<(), Refusal> {
        self.ringing(device_id, call_sid)?;
        self.no_longer_rings(call_sid, device_id);
        Ok(())
    }

    /// Calls through the application that the browser's token names; the parameters become the webhook's.
    pub fn connect_device(
        &mut self,
        device_id: &str,
        parameters: Vec<(String, String)>,
    ) -> Result<String, Refusal> {
        let device = self.devices.get(device_id);
        let grant = device.map(|device| device.grant.clone());
        let grant = grant.ok_or_else(|| Refusal::not_found("of the device"))?;
        let application_sid = grant.application_sid.unwrap_or_default();
        let application = self.setup.applications.get(&application_sid);
        let application = application.filter(|found| found.account_sid == grant.account_sid);
        let Some((application, endpoint)) = application.and_then(|found| Some((found, found.voice.clone()?)))
        else {
            let message = "TwiML application not found";
            self.tell_device(device_id, DeviceEvent::Error { code: 31001, message: message.to_owned() });
            return Err(Refusal { status: 404, code: 31001, message: message.to_owned() });
        };
        let (fallback, status) = (application.voice_fallback.clone(), application.status_callback.clone());
        let sid = self.new_sid("CA");
        let from = format!("client:{}", grant.identity);
        // The token's parameters count before those that the browser adds.
        let mut said = grant.parameters;
        for (name, value) in parameters {
            if !said.iter().any(|(known, _)| *known == name) {
                said.push((name, value));
            }
        }
        let to = said.iter().find(|(name, _)| name == "To").map(|(_, to)| to.clone()).unwrap_or_default();
        let mut call = Call::new(self.now, &sid, &grant.account_sid, &from, &to, Direction::Inbound);
        call.status = CallStatus::Ringing;
        call.status_callback = status.map(StatusCallback::of_the_end);
        call.leg.fallback = fallback;
        call.leg.device = Some(device_id.to_owned());
        self.keep_call(call);
        // What Twilio itself says cannot be said by a browser.
        let known = self.calls.get(&sid).map(|call| self.call_parameters(call)).unwrap_or_default();
        said.retain(|(name, _)| !known.iter().any(|(taken, _)| taken == name));
        self.ask(&sid, Role::Main, endpoint, said);
        Ok(sid)
    }

    /// The browser hangs up.
    pub fn hang_up_device(&mut self, device_id: &str, call_sid: &str) -> Result<(), Refusal> {
        self.call_at(device_id, call_sid)?;
        self.hang_up(call_sid);
        Ok(())
    }

    /// The browser sends keys.
    pub fn press_at_device(&mut self, device_id: &str, call_sid: &str, keys: &str) -> Result<(), Refusal> {
        self.call_at(device_id, call_sid)?;
        self.press(call_sid, keys);
        Ok(())
    }

    /// What has happened to a browser after the event with this number, each with a number of its own; none if there is
    /// no such browser.
    pub fn device_events(&self, device_id: &str, after: u64) -> Option<Vec<(u64, DeviceEvent)>> {
        Some(self.devices.get(device_id)?.events_after(after))
    }

    fn call_at(&self, device_id: &str, call_sid: &str) -> Result<(), Refusal> {
        let found = self.calls.get(call_sid).filter(|call| call.leg.device.as_deref() == Some(device_id));
        found.map(|_| ()).ok_or_else(|| Refusal::not_found(&format!("/Calls/{call_sid}")))
    }

    fn ringing(&self, device_id: &str, call_sid: &str) -> Result<(), Refusal> {
        let found = self.calls.get(call_sid).filter(|call| {
            call.status == CallStatus::Ringing && call.leg.rings_at.iter().any(|it| it == device_id)
        });
        found.map(|_| ()).ok_or_else(|| Refusal {
            status: 404,
            code: 31481,
            message: "Call does not exist".into(),
        })
    }

    fn ringing_at(&self, device: &Device) -> Vec<String> {
        let rings = self.calls.iter().filter(|call| !call.status.is_final());
        let rings = rings.filter(|call| call.leg.rings_at.contains(&device.id));
        rings.map(|call| call.sid.clone()).collect()
    }

    fn no_longer_rings(&mut self, call_sid: &str, device_id: &str) {
        let Some(leg) = self.leg(call_sid) else { return };
        leg.rings_at.retain(|other| other != device_id);
        if leg.rings_at.is_empty() {
            self.end(call_sid, CallStatus::Busy);
        }
    }

    fn devices_of(&self, account_sid: &str, identity: &str) -> Vec<String> {
        let alike = self
            .devices
            .iter()
            .filter(|device| device.grant.account_sid == account_sid && device.grant.identity == identity);
        alike.map(|device| device.id.clone()).collect()
    }

    fn devices_called(&self, call_sid: &str) -> Vec<String> {
        let Some(call) = self.calls.get(call_sid) else { return Vec::new() };
        self.devices_of(&call.account_sid, call.to.trim_start_matches("client:"))
    }

    /// A leg to `client:…` begins to ring.
    pub(super) fn ring_devices(&mut self, call_sid: &str) {
        let Some(call) = self.calls.get(call_sid) else { return };
        let event = DeviceEvent::Incoming {
            call_sid: call_sid.to_owned(),
            from: call.from.clone(),
            to: call.to.clone(),
            parameters: call.leg.parameters.iter().cloned().collect(),
        };
        let mut devices = self.devices_called(call_sid);
        devices.retain(|id| {
            self.devices.get(id).is_some_and(|device| device.grant.incoming && !device.has_expired)
        });
        if devices.is_empty() {
            return self.end(call_sid, CallStatus::NoAnswer);
        }
        for device_id in &devices {
            self.tell_device(device_id, event.clone());
        }
        if let Some(leg) = self.leg(call_sid) {
            leg.rings_at = devices;
        }
    }

    pub(super) fn device_answered(&mut self, call_sid: &str) {
        if let Some(device_id) = self.leg(call_sid).and_then(|leg| leg.device.clone()) {
            self.tell_device(&device_id, DeviceEvent::Accept { call_sid: call_sid.to_owned() });
        }
    }

    pub(super) fn device_call_ended(&mut self, call_sid: &str) {
        let Some(call) = self.calls.get_mut(call_sid) else { return };
        let rings_at = std::mem::take(&mut call.leg.rings_at);
        let device_id = call.leg.device.clone();
        for device_id in rings_at {
            self.tell_device(&device_id, DeviceEvent::Cancel { call_sid: call_sid.to_owned() });
        }
        if let Some(device_id) = device_id {
            self.tell_device(&device_id, DeviceEvent::Disconnect { call_sid: call_sid.to_owned() });
        }
    }

    /// The browser's token ended, unless it has shown another one meanwhile. It is told, and forgotten after a while
    /// without calls.
    pub(super) fn device_expired(&mut self, device_id: &str) {
        let now = self.now;
        let expired = self.devices.get_mut(device_id).filter(|device| device.grant.expires <= now);
        let Some(device) = expired else { return };
        if !device.has_expired {
            device.has_expired = true;
            let error = TokenError::expired();
            self.tell_device(device_id, DeviceEvent::Error { code: error.code, message: error.message });
        } else if self.calls_at(device_id).is_empty() {
            return self.unregister(device_id);
        }
        self.agenda.at(now + FORGOTTEN_AFTER, Timer::DeviceExpires { device_id: device_id.to_owned() });
    }

    fn calls_at(&self, device_id: &str) -> Vec<String> {
        let live = self.calls.iter().filter(|call| !call.status.is_final());
        let at = live.filter(|call| call.leg.device.as_deref() == Some(device_id));
        at.map(|call| call.sid.clone()).collect()
    }

    fn tell_device(&mut self, device_id: &str, event: DeviceEvent) {
        if let Some(device) = self.devices.get_mut(device_id) {
            device.tell(event);
        }
    }
}
