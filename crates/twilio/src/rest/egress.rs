use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::base_url;

/// Where a link may lead that Twilio gave us: out into the world, and never to an inner address. With a local Twilio, to this
/// machine too.
#[derive(Debug, Clone, Copy)]
pub(super) struct Egress {
    pub(super) loopback: bool,
}

impl Egress {
    /// Whether the link is one to follow, as far as it can be told before its host is looked up.
    pub(super) fn allows(self, url: &Url) -> bool {
        let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
        match url.scheme() {
            "https" => host.parse().is_ok_and(|address| self.reaches(address)) || url.domain().is_some(),
            "http" => self.loopback && base_url::is_loopback(url),
            _ => false,
        }
    }

    fn reaches(self, address: IpAddr) -> bool {
        is_public(address) || self.loopback && address.is_loopback()
    }
}

/// Looks hosts up, and forgets their inner addresses.
impl Resolve for Egress {
    fn resolve(&self, name: Name) -> Resolving {
        let egress = *self;
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0))
                .await?
                .filter(|address| egress.reaches(address.ip()))
                .collect();
            if found.is_empty() {
                return Err("the host has no public address".into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// Whether an address belongs to the public network (IANA's registries of special-purpose addresses).
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(address) => is_public_v4(address),
            None => is_public_v6(address),
        },
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    !matches!(
        address.octets(),
        [0 | 10 | 127 | 224.., ..]
            | [100, 64..=127, ..]
            | [169, 254, ..]
            | [172, 16..=31, ..]
            | [192, 168, ..]
            | [198, 18 | 19, ..]
            | [192, 0, 0 | 2, _]
            | [192, 88, 99, _]
            | [198, 51, 100, _]
            | [203, 0, 113, _]
    )
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    match address.segments() {
        // RFC 6052: an IPv4 address, seen through a translator.
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            let [[a, b], [c, d]] = [high.to_be_bytes(), low.to_be_bytes()];
            is_public_v4(Ipv4Addr::new(a, b, c, d))
        }
        // Protocol assignments, documentation, and IPv4 addresses seen through a tunnel.
        [0x2001, 0..=0x1ff, ..] | [0x2001, 0xdb8, ..] | [0x2002, ..] | [0x3fff, 0..=0xfff, ..] => false,
        [0x2000..=0x3fff, ..] => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inner_addresses_are_told_from_public_ones() {
        let inner = [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:10.0.0.1",
            "::ffff:127.0.0.1",
            "64:ff9b::a00:1",
            "64:ff9b:1::1",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "ff02::1",
            "2001:db8::1",
            "2001::1",
            "2002:a00:1::",
            "::127.0.0.1",
            "100::1",
            "5f00::1",
        ];
        for address in inner {
            assert!(!is_public(address.parse().expect("an address")), "{address}");
        }
        let public = [
            "1.1.1.1",
            "100.63.255.255",
            "100.128.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "54.172.60.0",
            "198.17.0.1",
            "223.255.255.255",
            "::ffff:1.1.1.1",
            "64:ff9b::101:101",
            "2600:1f18::1",
            "2a00:1450:4001::1",
        ];
        for address in public {
            assert!(is_public(address.parse().expect("an address")), "{address}");
        }
    }

    #[test]
    fn links_lead_out_or_to_a_local_twilio() {
        let table = [
            ("https://media.twiliocdn.com/x", true, true),
            ("https://54.172.60.0/x", true, true),
            ("https://127.0.0.1/x", false, true),
            ("https://[::1]/x", false, true),
            ("https://169.254.169.254/latest", false, false),
            ("https://[fe80::1]/x", false, false),
            ("http://media.twiliocdn.com/x", false, false),
            ("http://127.0.0.1:4010/x", false, true),
            ("http://10.0.0.1/x", false, false),
            ("file:///etc/passwd", false, false),
            ("ftp://media.twiliocdn.com/x", false, false),
        ];
        for (url, real, local) in table {
            let url = Url::parse(url).expect("a URL");
            let allowed = |loopback| Egress { loopback }.allows(&url);
            assert_eq!((allowed(false), allowed(true)), (real, local), "{url}");
        }
    }

    #[tokio::test]
    async fn a_host_with_inner_addresses_only_is_not_found() {
        let resolve = |loopback| Egress { loopback }.resolve("localhost".parse().expect("a name"));
        assert!(resolve(false).await.is_err());
        assert!(resolve(true).await.is_ok_and(|mut found| found.next().is_some()));
    }
}
