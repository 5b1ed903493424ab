//! Which address Twilio requests, and which it signs: <https://www.twilio.com/docs/usage/security>, section
//! "Validating signatures from Twilio", and fragments as in
//! <https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides>.

use crate::{Kind, SimulatorError};
use switchboard_twilio::webhook::{FormError, decode_form};
use url::Url;

/// Checks a configured address before anything is sent to it.
pub(crate) fn request_url(configured: &str) -> Result<Url, SimulatorError> {
    match Url::parse(configured) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => Ok(url),
        _ => Err(SimulatorError::InvalidUrl { url: configured.to_owned() }),
    }
}

/// The address as Twilio signs it: as configured, but without fragment and user info, and for voice over https
/// without the port. No URL library touches it, because each of them would normalise something.
pub(crate) fn signed_url(kind: Kind, configured: &str) -> String {
    let url = configured.split_once('#').map_or(configured, |(url, _fragment)| url);
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    let (authority, path_and_query) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let host_and_port = authority.rsplit_once('@').map_or(authority, |(_user, host)| host);
    let authority = match host_and_port.rsplit_once(':') {
        Some((host, port))
            if kind == Kind::Call && scheme.eq_ignore_ascii_case("https") && !port.contains(']') =>
        {
            host
        }
        _ => host_and_port,
    };
    format!("{scheme}://{authority}{path_and_query}")
}

/// A part of an address without its escapes. It is not part of a form: `+` means itself there.
pub(crate) fn unescaped(part: &str) -> Result<String, FormError> {
    let form = part.replace('+', "%2B").replace('&', "%26").replace('=', "%3D");
    Ok(decode_form(form.as_bytes())?.into_iter().map(|(name, _)| name).next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_an_address_means_what_its_escapes_stand_for() {
        for (part, meaning) in [("", ""), ("a%20b%2Fc", "a b/c"), ("a+b&c=d", "a+b&c=d"), ("100%", "100%")] {
            assert_eq!(unescaped(part), Ok(meaning.to_owned()), "{part}");
        }
        assert!(unescaped("%FF").is_err());
    }

    #[test]
    fn urls_are_signed_as_twilio_documents() {
        let table = [
            (Kind::Sms, "http://crm.example:4000/sms", "http://crm.example:4000/sms"),
            (Kind::Sms, "https://crm.example:8443/sms", "https://crm.example:8443/sms"),
            (Kind::Call, "http://crm.example:4000/voice", "http://crm.example:4000/voice"),
            (Kind::Call, "https://crm.example:8443/voice", "https://crm.example/voice"),
            (Kind::Call, "https://[::1]:8443/voice", "https://[::1]/voice"),
            (Kind::Call, "https://[::1]/voice", "https://[::1]/voice"),
            (Kind::Sms, "https://u:p@crm.example/sms#rc=2&rp=all", "https://crm.example/sms"),
            (
                Kind::Call,
                "http://u@crm.example/voice/?a='b'&c=%2f#rc=2",
                "http://crm.example/voice/?a='b'&c=%2f",
            ),
            (Kind::Call, "https://crm.example?a=b:c@d", "https://crm.example?a=b:c@d"),
        ];
        for (kind, configured, signed) in table {
            assert_eq!(signed_url(kind, configured), signed, "{kind:?} {configured}");
        }
    }

    #[test]
    fn what_is_no_web_address_is_refused() {
        for url in ["", "/sms", "crm.example/sms", "ftp://crm.example", "file:///etc/passwd", "http://"] {
            assert!(request_url(url).is_err(), "{url}");
        }
    }
}
