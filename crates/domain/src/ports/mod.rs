//! Every outside thing the domain needs, as traits, shaped by use and not by table.

mod directory;
mod operations;
mod outside;
mod store;
mod telephony;
mod vault;

pub use directory::{
    Directory, InvitationKey, LoginKey, OrgHead, PreviousToken, Pulse, SealedKeys, ServiceTokenKey,
};
pub use operations::{Due, Operations, RolloutRecord};
pub use outside::{
    AccessClaims, Clock, MediaClaims, MediaKey, MediaReader, News, Newsroom, PasswordError, Passwords,
    RefreshClaims, TokenError, TokenHash, Tokens, Wake,
};
pub use store::{
    AttachmentRepo, AutoResponseRepo, CallRepo, ConsentRepo, ConversationRepo, CustomerRepo, EventLog,
    InvitationRepo, LineRepo, MessageRepo, OrgTx, OrganizationRepo, PresenceRepo, RecordingRepo,
    ServiceTokenRepo, SessionRepo, StatsRepo, Store, StoreError, TemplateRepo, TimelineRepo, TwilioRepo,
    UploadRepo, UserRepo, WebhookRepo,
};
pub use telephony::{
    AccountNumber, AnsweredBy, ApplicationWebhooks, CallControl, CallDirection, CallProgress, CallSearch,
    CallStatus, Channels, ConferenceCallback, ConferenceEvent, Conferencing, Content, Credentials, Documents,
    Download, InlineTwiml, Instructions, MessageFault, MessageStatus, Messaging, NewCall, NewMessage,
    NewParticipant, NumberWebhooks, Participant, ParticipantChange, ParticipantStatus, Price,
    ProgressCallback, Provisioning, Recording, RecordingCallback, RecordingEvent, RecordingOrder,
    RecordingStatus, Recordings, Sender, SentSearch, ServiceWebhooks, TelephonyError, TwilioCall,
    TwilioMessage, TwilioRefusal, VoiceGrant, VoiceTokens, Webhook,
};
pub use vault::{Sealed, SecretField, Vault, VaultError};
