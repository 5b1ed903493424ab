use std::fmt;

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit, Nonce};
use hmac::{Hmac, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use switchboard_domain::events::OrgId;
use switchboard_domain::ports::{Sealed, SecretField, Vault, VaultError};
use uuid::Uuid;

use crate::ring::{self, KeyId, KeyRingError};

/// What AES-GCM asks for: 96 bits, drawn anew for each secret and kept in front of it. One key seals 2^32 of them before
/// two equal ones are to be feared (NIST SP 800-38D, section 8.3).
const NONCE: usize = 12;
/// What a ring's secret becomes a key for; another use would have another text.
const PURPOSE: &[u8] = b"switchboard: secrets at rest, AES-256-GCM";

/// Secrets under AES-256-GCM. The first key of the ring seals, all of them open, so that a key can be put in front of the old
/// one, and the old one taken away once everything is sealed anew.
///
/// What is sealed is bound to its organisation and field: elsewhere it does not open.
pub struct AesVault {
    keys: Vec<Key>,
}

struct Key {
    id: KeyId,
    cipher: Aes256Gcm,
}

impl AesVault {
    /// Reads the setting `SECRETS_KEY`, which looks like `JWT_SECRET`: `secret` or `name:secret`, several separated by
    /// commas, the one that seals first. The 32 bytes of a key are HMAC-SHA-256 of its purpose under the secret, so a secret
    /// may have any form, but no slow hash makes a weak one strong.
    pub fn parse(text: &str) -> Result<Self, KeyRingError> {
        let keys = ring::read("SECRETS_KEY", text)?.into_iter().map(|(id, secret)| {
            let mut mac =
                <Hmac<Sha256> as KeyInit>::new_from_slice(secret).expect("HMAC takes a key of any length");
            mac.update(PURPOSE);
            Key { id, cipher: Aes256Gcm::new(&mac.finalize().into_bytes()) }
        });
        Ok(Self { keys: keys.collect() })
    }

    fn sealing(&self) -> &Key {
        self.keys.first().expect("splitting a text gives one part at least")
    }
}

impl fmt::Debug for AesVault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.keys.iter().map(|key| &key.id.name)).finish()
    }
}

impl Vault for AesVault {
    fn seal(&self, org: OrgId, field: SecretField, secret: &SecretString) -> Sealed {
        let key = self.sealing();
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).expect("the system has random bytes once it has started");
        let payload = Payload { msg: secret.expose_secret().as_bytes(), aad: &place(org, field) };
        let closed = key.cipher.encrypt(&Nonce::from(nonce), payload).expect("a secret is not 64 GiB long");
        Sealed { key_id: key.id.name.clone(), bytes: [nonce.as_slice(), &closed].concat() }
    }

    fn open(&self, org: OrgId, field: SecretField, sealed: &Sealed) -> Result<SecretString, VaultError> {
        let id = &sealed.key_id;
        let key = self.keys.iter().find(|key| key.id.is(id)).ok_or_else(|| VaultError::NoKey(id.clone()))?;
        let not_ours = || VaultError::NotOurs(id.clone());
        let (nonce, closed) = sealed.bytes.split_first_chunk::<NONCE>().ok_or_else(not_ours)?;
        let payload = Payload { msg: closed, aad: &place(org, field) };
        let open = key.cipher.decrypt(&Nonce::from(*nonce), payload).map_err(|_| not_ours())?;
        String::from_utf8(open).map(SecretString::from).map_err(|_| not_ours())
    }

    fn is_current(&self, sealed: &Sealed) -> bool {
        sealed.key_id == self.sealing().id.name
    }
}

/// The associated data: the organisation's 16 bytes and the field's name, so no two places look alike.
fn place(org: OrgId, field: SecretField) -> Vec<u8> {
    [Uuid::from(org).as_bytes(), field.as_str().as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const OLD: &str = "old:0123456789abcdef0123456789abcdef";
    const NEW: &str = "new:fedcba9876543210fedcba9876543210";
    const FIELDS: [SecretField; 3] =
        [SecretField::AuthToken, SecretField::PreviousAuthToken, SecretField::ApiKeySecret];

    fn vault(ring: &str) -> AesVault {
        AesVault::parse(ring).expect("a ring")
    }

    fn opened(vault: &AesVault, org: OrgId, field: SecretField, sealed: &Sealed) -> Option<String> {
        vault.open(org, field, sealed).ok().map(|secret| secret.expose_secret().to_owned())
    }

    proptest! {
        #[test]
        fn what_is_sealed_opens_in_its_place_alone(secret in ".{0,200}", field in 0..3_usize, flipped in any::<prop::sample::Index>(), bit in 0..8_u8) {
            let vault = vault(OLD);
            let (org, other) = (OrgId::generate(), OrgId::generate());
            let field = FIELDS[field];
            let sealed = vault.seal(org, field, &secret.as_str().into());
            prop_assert_eq!(opened(&vault, org, field, &sealed), Some(secret));
            prop_assert_eq!(opened(&vault, other, field, &sealed), None, "another organisation's");
            for elsewhere in FIELDS.into_iter().filter(|elsewhere| *elsewhere != field) {
                prop_assert_eq!(opened(&vault, org, elsewhere, &sealed), None, "{:?}", elsewhere);
            }
            let mut changed = sealed.clone();
            let at = flipped.index(changed.bytes.len());
            changed.bytes[at] ^= 1_u8 << bit;
            prop_assert_eq!(opened(&vault, org, field, &changed), None, "a bit was flipped");
            let mut shorter = sealed.clone();
            shorter.bytes.truncate(at);
            prop_assert_eq!(opened(&vault, org, field, &shorter), None, "the end is missing");
            let mut longer = sealed;
            longer.bytes.push(0);
            prop_assert_eq!(opened(&vault, org, field, &longer), None, "there is more");
        }
    }

    #[test]
    fn the_same_secret_never_looks_the_same() {
        let (vault, org) = (vault(OLD), OrgId::generate());
        let [one, two] = [0, 1].map(|_| vault.seal(org, SecretField::AuthToken, &"secret".into()));
        assert_ne!(one, two);
        assert_ne!(one.bytes[..NONCE], two.bytes[..NONCE]);
    }

    #[test]
    fn the_first_key_seals_and_all_of_them_open() {
        let org = OrgId::generate();
        let field = SecretField::ApiKeySecret;
        let before = vault(OLD).seal(org, field, &"secret".into());
        let both = vault(&format!("{NEW},{OLD}"));
        assert_eq!(opened(&both, org, field, &before).as_deref(), Some("secret"));
        assert!(!both.is_current(&before));
        let after = both.seal(org, field, &"secret".into());
        assert!(both.is_current(&after));
        assert_eq!(opened(&vault(NEW), org, field, &after).as_deref(), Some("secret"));
        assert_eq!(vault(NEW).open(org, field, &before).err(), Some(VaultError::NoKey("old".to_owned())));
        let misnamed = Sealed { key_id: "new".to_owned(), ..before };
        assert_eq!(vault(NEW).open(org, field, &misnamed).err(), Some(VaultError::NotOurs("new".to_owned())));
    }

    #[test]
    fn a_key_that_is_given_a_name_still_opens_what_it_sealed_without() {
        let org = OrgId::generate();
        let field = SecretField::AuthToken;
        let secret = OLD.strip_prefix("old:").expect("a name");
        let before = vault(secret).seal(org, field, &"secret".into());
        let named = vault(&format!("{NEW},{OLD}"));
        assert_eq!(opened(&named, org, field, &before).as_deref(), Some("secret"));
        assert!(!named.is_current(&before));
    }

    /// Sealed by another implementation: Python's `cryptography`, AESGCM, with a nonce of twelve times `n`.
    #[test]
    fn it_is_aes_256_gcm_with_the_nonce_in_front() {
        let org: OrgId = "018f2b6a-7d3e-7c41-9a52-0b1c2d3e4f50".parse().expect("an id");
        let bytes = BY_ANOTHER_HAND.as_bytes().chunks(2).map(|digits| {
            u8::from_str_radix(std::str::from_utf8(digits).expect("ASCII"), 16).expect("a byte")
        });
        let sealed = Sealed { key_id: "old".to_owned(), bytes: bytes.collect() };
        let secret = opened(&vault(OLD), org, SecretField::AuthToken, &sealed);
        assert_eq!(secret.as_deref(), Some("a secret"));
    }

    #[test]
    fn nothing_is_shown_of_secrets_and_keys() {
        let vault = vault(OLD);
        let sealed = vault.seal(OrgId::generate(), SecretField::AuthToken, &"secret".into());
        let shown = format!("{vault:?} {sealed:?}");
        assert_eq!(shown, r#"["old"] Sealed { key_id: "old", .. }"#);
    }

    const BY_ANOTHER_HAND: &str = "6e6e6e6e6e6e6e6e6e6e6e6eb4eefebede92617532b8ef10649e11774c871e020a243d1a";
}
