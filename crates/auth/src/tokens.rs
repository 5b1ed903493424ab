use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, Header, Validation, decode, decode_header, encode};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use switchboard_domain::ports::{
    AccessClaims, MediaClaims, MediaKey, MediaReader, RefreshClaims, TokenError, TokenHash, Tokens,
};
use uuid::Uuid;

use crate::drawn;
use crate::keys::KeyRing;

const ISSUER: &str = "switchboard";
const ACCESS: &str = "switchboard-api";
const REFRESH: &str = "switchboard-refresh";
const MEDIA: &str = "switchboard-media";
/// What tokens of services and of invitations begin with.
const SERVICE: &str = "swb_";
const INVITATION: &str = "swi_";

/// JSON web tokens (RFC 7519), HS256. Algorithm, issuer and audience are pinned; the header's `kid` names the key.
/// Tokens of services and invitations are no such tokens: they say nothing, and are known by their hash.
#[derive(Debug)]
pub struct JwtTokens {
    keys: KeyRing,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Access {
    sub: String,
    user_id: String,
    organization_id: String,
    email: String,
    role: String,
    sid: Uuid,
    iat: i64,
    exp: i64,
    iss: String,
    aud: String,
    jti: Uuid,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Refresh {
    organization_id: Uuid,
    sid: Uuid,
    generation: i32,
    exp: i64,
    iss: String,
    aud: String,
}

#[derive(Serialize, Deserialize)]
struct Media {
    org: Uuid,
    /// Whom it is for; nobody, if it is for Twilio.
    #[serde(skip_serializing_if = "Option::is_none")]
    sub: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sid: Option<Uuid>,
    #[serde(flatten)]
    file: File,
    exp: i64,
    iss: String,
    aud: String,
}

/// Which file, under a name of its kind.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum File {
    Recording(String),
    Attachment(Uuid),
    Upload(Uuid),
}

impl JwtTokens {
    /// Signs with the ring's first key, reads with any.
    pub fn new(keys: KeyRing) -> Self {
        Self { keys }
    }

    fn sign<T: Serialize>(&self, claims: &T) -> String {
        let key = self.keys.signing();
        let header = Header { kid: Some(key.id.name.clone()), ..Header::new(Algorithm::HS256) };
        encode(&header, claims, &key.encoding).expect("plain claims and an HMAC key can be signed")
    }

    fn read<T: DeserializeOwned>(&self, token: &str, audience: &str) -> Result<T, TokenError> {
        let header = decode_header(token).map_err(|_| TokenError::Invalid)?;
        let key = header.kid.and_then(|id| self.keys.find(&id)).ok_or(TokenError::Invalid)?;
        let mut rules = Validation::new(Algorithm::HS256);
        rules.set_issuer(&[ISSUER]);
        rules.set_audience(&[audience]);
        rules.set_required_spec_claims(&["exp", "iss", "aud"]);
        rules.validate_exp = false; // by the domain's clock
        decode(token, &key.decoding, &rules).map(|data| data.claims).map_err(|_| TokenError::Invalid)
    }
}

fn moment(seconds: i64) -> Result<DateTime<Utc>, TokenError> {
    DateTime::from_timestamp(seconds, 0).ok_or(TokenError::Invalid)
}

impl Tokens for JwtTokens {
    fn issue_access(&self, claims: &AccessClaims) -> String {
        self.sign(&Access {
            sub: claims.user.to_string(),
            user_id: claims.user.to_string(),
            organization_id: claims.org.to_string(),
            email: claims.email.clone(),
            role: claims.role.to_string(),
            sid: claims.session.into(),
            iat: claims.issued_at.timestamp(),
            exp: claims.expires_at.timestamp(),
            iss: ISSUER.to_owned(),
            aud: ACCESS.to_owned(),
            jti: Uuid::new_v4(),
        })
    }

    fn read_access(&self, token: &str) -> Result<AccessClaims, TokenError> {
        let claims: Access = self.read(token, ACCESS)?;
        if claims.sub != claims.user_id {
            return Err(TokenError::UserId);
        }
        Ok(AccessClaims {
            user: claims.user_id.parse().map_err(|_| TokenError::UserId)?,
            org: claims.organization_id.parse().map_err(|_| TokenError::OrganizationId)?,
            session: claims.sid.into(),
            role: claims.role.parse().map_err(|()| TokenError::Invalid)?,
            email: claims.email,
            issued_at: moment(claims.iat)?,
            expires_at: moment(claims.exp)?,
        })
    }

    fn issue_refresh(&self, claims: &RefreshClaims) -> String {
        self.sign(&Refresh {
            organization_id: claims.org.into(),
            sid: claims.session.into(),
            generation: claims.generation,
            exp: claims.expires_at.timestamp(),
            iss: ISSUER.to_owned(),
            aud: REFRESH.to_owned(),
        })
    }

    fn read_refresh(&self, token: &str) -> Result<RefreshClaims, TokenError> {
        let claims: Refresh = self.read(token, REFRESH)?;
        Ok(RefreshClaims {
            org: claims.organization_id.into(),
            session: claims.sid.into(),
            generation: claims.generation,
            expires_at: moment(claims.exp)?,
        })
    }

    fn issue_media(&self, claims: &MediaClaims) -> String {
        let (sub, sid) = match claims.reader {
            MediaReader::Person(user, session) => (Some(user.into()), Some(session.into())),
            MediaReader::Twilio => (None, None),
        };
        self.sign(&Media {
            org: claims.org.into(),
            sub,
            sid,
            file: match &claims.file {
                MediaKey::Recording(sid) => File::Recording(sid.clone()),
                MediaKey::Attachment(id) => File::Attachment((*id).into()),
                MediaKey::Upload(id) => File::Upload((*id).into()),
            },
            exp: claims.expires_at.timestamp(),
            iss: ISSUER.to_owned(),
            aud: MEDIA.to_owned(),
        })
    }

    fn read_media(&self, token: &str) -> Result<MediaClaims, TokenError> {
        let claims: Media = self.read(token, MEDIA)?;
        Ok(MediaClaims {
            org: claims.org.into(),
            reader: match (claims.sub, claims.sid) {
                (Some(user), Some(session)) => MediaReader::Person(user.into(), session.into()),
                (None, None) => MediaReader::Twilio,
                _ => return Err(TokenError::Invalid),
            },
            file: match claims.file {
                File::Recording(sid) => MediaKey::Recording(sid),
                File::Attachment(id) => MediaKey::Attachment(id.into()),
                File::Upload(id) => MediaKey::Upload(id.into()),
            },
            expires_at: moment(claims.exp)?,
        })
    }

    fn issue_service(&self) -> (String, TokenHash) {
        drawn::issue(SERVICE)
    }

    fn read_service(&self, token: &str) -> Result<TokenHash, TokenError> {
        drawn::read(SERVICE, token)
    }

    fn issue_invitation(&self) -> (String, TokenHash) {
        drawn::issue(INVITATION)
    }

    fn read_invitation(&self, token: &str) -> Result<TokenHash, TokenError> {
        drawn::read(INVITATION, token)
    }
}

#[cfg(test)]
mod tests {
    use switchboard_domain::access::Role;
    use switchboard_domain::events::{OrgId, SessionId, UserId};
    use switchboard_domain::ids::{AttachmentId, UploadId};

    use super::*;

    const OLD: &str = "old:0123456789abcdef0123456789abcdef";
    const NEW: &str = "new:fedcba9876543210fedcba9876543210";

    fn tokens(ring: &str) -> JwtTokens {
        JwtTokens::new(KeyRing::parse(ring).expect("a ring"))
    }

    fn claims() -> AccessClaims {
        AccessClaims {
            user: UserId::generate(),
            org: OrgId::generate(),
            session: SessionId::generate(),
            email: "ada@acme.example".to_owned(),
            role: Role::Manager,
            issued_at: moment(1_000).expect("a moment"),
            expires_at: moment(2_000).expect("a moment"),
        }
    }

    fn refresh() -> RefreshClaims {
        let claims = claims();
        RefreshClaims {
            org: claims.org,
            session: claims.session,
            generation: 3,
            expires_at: claims.expires_at,
        }
    }

    /// Signs something else with the same key.
    fn forge(claims: serde_json::Value) -> String {
        tokens(OLD).sign(&claims)
    }

    fn access_json() -> serde_json::Value {
        let id = Uuid::new_v4();
        serde_json::json!({
            "sub": id, "userId": id, "organizationId": id, "email": "", "role": "user", "sid": id, "iat": 1, "exp": 2,
            "iss": ISSUER, "aud": ACCESS, "jti": id
        })
    }

    #[test]
    fn claims_survive_the_token() {
        let (access, refresh) = (claims(), refresh());
        let tokens = tokens(OLD);
        assert_eq!(tokens.read_access(&tokens.issue_access(&access)), Ok(access.clone()));
        let media = MediaClaims {
            org: access.org,
            reader: MediaReader::Person(access.user, access.session),
            file: MediaKey::Recording("RE1".to_owned()),
            expires_at: access.expires_at,
        };
        let picture = MediaClaims { file: MediaKey::Attachment(AttachmentId::generate()), ..media.clone() };
        let file = MediaKey::Upload(UploadId::generate());
        let sent = MediaClaims { reader: MediaReader::Twilio, file, ..media.clone() };
        for claims in [picture, sent] {
            assert_eq!(tokens.read_media(&tokens.issue_media(&claims)), Ok(claims));
        }
        let [heard, let_in, renewed] =
            [tokens.issue_media(&media), tokens.issue_access(&access), tokens.issue_refresh(&refresh)];
        assert_eq!(tokens.read_refresh(&renewed), Ok(refresh));
        assert_eq!(tokens.read_media(&heard), Ok(media));
        for other in [&let_in, &renewed] {
            assert_eq!(
                tokens.read_media(other),
                Err(TokenError::Invalid),
                "each kind is for one thing alone"
            );
        }
        assert_eq!(tokens.read_access(&heard), Err(TokenError::Invalid));
        assert_eq!(tokens.read_refresh(&heard), Err(TokenError::Invalid));
    }

    #[test]
    fn access_tokens_differ_and_refresh_tokens_do_not() {
        let tokens = tokens(OLD);
        assert_ne!(tokens.issue_access(&claims()), tokens.issue_access(&claims()));
        let refresh = refresh();
        assert_eq!(tokens.issue_refresh(&refresh), tokens.issue_refresh(&refresh));
    }

    #[test]
    fn a_rotation_logs_nobody_out() {
        let before = tokens(OLD).issue_access(&claims());
        assert!(tokens(&format!("{NEW},{OLD}")).read_access(&before).is_ok());
        assert_eq!(tokens(NEW).read_access(&before), Err(TokenError::Invalid), "once the old key is gone");
    }

    #[test]
    fn the_two_kinds_are_not_interchangeable() {
        let tokens = tokens(OLD);
        assert_eq!(tokens.read_refresh(&tokens.issue_access(&claims())), Err(TokenError::Invalid));
        assert_eq!(tokens.read_access(&tokens.issue_refresh(&refresh())), Err(TokenError::Invalid));
    }

    #[test]
    fn a_token_that_was_drawn_for_one_thing_is_none_for_another() {
        let tokens = tokens(OLD);
        let ((service, _), (invitation, hash)) = (tokens.issue_service(), tokens.issue_invitation());
        assert_eq!(tokens.read_invitation(&invitation), Ok(hash));
        assert_eq!(tokens.read_invitation(&service), Err(TokenError::Invalid));
        assert_eq!(tokens.read_service(&invitation), Err(TokenError::Invalid));
    }

    #[test]
    fn any_changed_character_is_noticed() {
        let tokens = tokens(OLD);
        let token = tokens.issue_access(&claims());
        for at in 0..token.len() {
            let mut forged = token.clone().into_bytes();
            forged[at] = if forged[at] == b'A' { b'Q' } else { b'A' };
            let forged = String::from_utf8(forged).expect("ASCII");
            assert!(forged == token || tokens.read_access(&forged).is_err(), "{forged}");
        }
    }

    #[test]
    fn what_is_not_pinned_is_refused() {
        let good = access_json();
        assert!(tokens(OLD).read_access(&forge(good.clone())).is_ok());
        for (field, value) in [("iss", "somebody"), ("aud", "something"), ("role", "operator")] {
            let mut bad = good.clone();
            bad[field] = value.into();
            assert_eq!(tokens(OLD).read_access(&forge(bad)), Err(TokenError::Invalid), "{field}");
        }
        let none = "eyJhbGciOiJub25lIiwia2lkIjoib2xkIn0.eyJpc3MiOiJzd2l0Y2hib2FyZCJ9.";
        for token in ["", "a.b.c", none] {
            assert_eq!(tokens(OLD).read_access(token), Err(TokenError::Invalid), "{token}");
        }
    }

    #[test]
    fn an_id_that_is_none_is_told_apart() {
        let mut user = access_json();
        (user["sub"], user["userId"]) = ("bo".into(), "bo".into());
        assert_eq!(tokens(OLD).read_access(&forge(user)), Err(TokenError::UserId));
        let mut org = access_json();
        org["organizationId"] = "acme".into();
        assert_eq!(tokens(OLD).read_access(&forge(org)), Err(TokenError::OrganizationId));
    }
}
