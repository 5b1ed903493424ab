// What the API speaks of, by the names that this page uses.

import type { components } from '@switchboard/client';

type Schemas = components['schemas'];

export type Attachment = Schemas['MediaBody'];
export type AutoResponse = Schemas['AutoResponseBody'];
export type Call = Schemas['CallBody'];
export type Conversation = Schemas['ConversationBody'];
export type Customer = Schemas['CustomerBody'];
export type Invitation = Schemas['InvitationBody'];
export type Invited = Schemas['InvitedBody'];
export type KnownUser = Schemas['KnownUserBody'];
export type Line = Schemas['LineBody'];
export type Member = Schemas['MemberBody'];
export type Message = Schemas['MessageBody'];
export type Note = Schemas['NoteBody'];
export type PersonRef = Schemas['ContactInfo'];
export type ServiceToken = Schemas['ServiceTokenBody'];
export type Step = Schemas['StepBody'];
export type Template = Schemas['TemplateBody'];
export type Thread = Schemas['ThreadBody'];
export type TwilioConfig = Schemas['ConfigBody'];
export type Webhook = Schemas['WebhookBody'];
export type WholeWebhook = Schemas['WholeWebhookBody'];

/** Contacts and leads, as their addresses name them. */
export type Kind = 'contacts' | 'leads';
