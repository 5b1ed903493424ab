// What more than one part of the page asks the server.

import { useQuery, type QueryClient } from '@tanstack/react-query';

import client from './client';
import type { Call, Kind, Member } from './types';

const { api } = client;

/** The names under which answers are kept. */
export const keys = {
  team: ['team'] as const,
  call: (id: string) => ['call', id] as const,
  calls: ['calls'] as const,
  /** What was typed about a call and is not known to be kept. */
  draft: (id: string) => ['draft', id] as const,
  customer: (kind: Kind, id: string) => ['customer', kind, id] as const,
  conversations: ['conversations'] as const,
  thread: (number: string) => ['thread', number] as const,
  numbers: ['numbers'] as const,
  templates: ['templates'] as const,
};

/** `everyMs`: for those who look at how colleagues are. Nobody tells when one would not hear a call any more. */
export function useTeam({ everyMs }: { everyMs?: number } = {}) {
  return useQuery({
    queryKey: keys.team,
    queryFn: async () => (await api.get('/api/team')).members,
    staleTime: 60_000,
    refetchInterval: everyMs ?? false,
  });
}

/** A colleague's name. */
export function nameIn(team: readonly Member[] | undefined, id: string | null | undefined): string {
  return team?.find((member) => member.id === id)?.name ?? 'A colleague';
}

/** `isAwaited`: the server may not know of it yet. */
export function useCall(id: string | null, { isAwaited = false } = {}) {
  return useQuery({
    queryKey: keys.call(id ?? ''),
    queryFn: async () => (await api.get('/api/twilio/call/{id}', { path: { id: id ?? '' } })).call,
    enabled: id !== null,
    // Nobody tells when the line opens, or whoever was asked in comes and goes.
    refetchInterval: ({ state: { data } }) =>
      isOpening(data) || hasColleague(data) || (isAwaited && data === undefined) ? 1_000 : false,
  });
}

function isOpening(call: Call | undefined): boolean {
  return call?.state === 'claimed' || call?.state === 'dialing';
}

function hasColleague(call: Call | undefined): boolean {
  return call?.colleague?.place === 'coming' || call?.colleague?.place === 'in';
}

export function useCustomer(kind: Kind, id: string | null | undefined) {
  return useQuery({
    queryKey: keys.customer(kind, id ?? ''),
    queryFn: async () => {
      const path = { id: id ?? '' };
      if (kind === 'leads') return (await api.get('/api/leads/{id}', { path })).lead;
      return (await api.get('/api/contacts/{id}', { path })).contact;
    },
    enabled: Boolean(id),
    staleTime: 60_000,
  });
}

export function useNumbers() {
  return useQuery({ queryKey: keys.numbers, queryFn: () => api.get('/api/twilio/numbers') });
}

export function useTemplates() {
  return useQuery({
    queryKey: keys.templates,
    queryFn: async () => (await api.get('/api/twilio/templates')).templates,
    staleTime: 60_000,
  });
}

/** Puts a call that the server just told into every place where it is shown. */
export function showCall(cache: QueryClient, call: Call): void {
  const queryKey = keys.call(call.id);
  // An answer that is on its way may be older than this.
  if (cache.isFetching({ queryKey })) void cache.invalidateQueries({ queryKey });
  cache.setQueryData(queryKey, call);
  void cache.invalidateQueries({ queryKey: keys.calls });
  void cache.invalidateQueries({ queryKey: ['timeline', call.id] });
}

/** The name of whom a call or a message is with, and where they are found. */
export function customerOf(record: {
  contact_id?: string | null | undefined;
  contact_first_name?: string | null | undefined;
  contact_last_name?: string | null | undefined;
  lead_id?: string | null | undefined;
  lead_first_name?: string | null | undefined;
  lead_last_name?: string | null | undefined;
}): { name: string | null; path: string | null } {
  const name = (first?: string | null, last?: string | null) =>
    [first, last].filter(Boolean).join(' ') || null;
  if (record.contact_id) {
    return {
      name: name(record.contact_first_name, record.contact_last_name),
      path: `/people/contacts/${record.contact_id}`,
    };
  }
  if (record.lead_id) {
    return {
      name: name(record.lead_first_name, record.lead_last_name),
      path: `/people/leads/${record.lead_id}`,
    };
  }
  return { name: null, path: null };
}

/** The customer's number of a call or a message. */
export function numberOf(record: { direction: string; from_number: string; to_number: string }): string {
  return record.direction === 'inbound' ? record.from_number : record.to_number;
}
