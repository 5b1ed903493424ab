// Commands and search: people by name or number, and every place there is.

import { useAuth, useNotifications } from '@switchboard/client/react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useId, useState, type KeyboardEvent } from 'react';
import { useNavigate } from 'react-router';

import { Dialog } from '../components/Dialog';
import { called } from '../components/Who';
import { classes } from '../lib/classes';
import client from '../lib/client';
import { readableNumber } from '../lib/text';
import { dial } from '../voice/dial';
import { useBusy } from '../voice/open';

interface Command {
  name: string;
  hint: string;
  /** Cannot be chosen now; the hint says why. */
  isOff?: boolean;
  run(): void;
}

const PATIENCE_MS = 150;

export default function Commands({ onClose }: { onClose(): void }) {
  const [words, setWords] = useState('');
  const [at, setAt] = useState(0);
  const list = useId();
  const found = [...useCommands(words), ...usePeople(words)];
  const current = Math.min(at, found.length - 1);

  function run(command: Command | undefined) {
    if (!command || command.isOff) return;
    onClose();
    command.run();
  }
  function press(event: KeyboardEvent) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setAt((current + step + found.length) % Math.max(1, found.length));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      run(found[current]);
    }
  }
  return (
    <Dialog title="Commands and search" onClose={onClose}>
      <input
        className="control"
        role="combobox"
        aria-label="Search"
        aria-expanded
        aria-controls={list}
        aria-activedescendant={found[current] ? `${list}-${current}` : undefined}
        placeholder="A name, a number, or where to go"
        autoFocus
        value={words}
        onChange={(event) => {
          setWords(event.target.value);
          setAt(0);
        }}
        onKeyDown={press}
      />
      <ul id={list} role="listbox" aria-label="Found" className="mt-3 grid min-h-72 content-start gap-0.5">
        {found.map((command, index) => (
          <li
            key={`${command.hint} ${command.name}`}
            id={`${list}-${index}`}
            role="option"
            aria-selected={index === current}
            aria-disabled={command.isOff}
            onClick={() => run(command)}
            onMouseMove={() => setAt(index)}
            className={classes(
              'flex cursor-pointer items-center justify-between gap-3 rounded-md px-3 py-2',
              index === current && 'bg-accent-soft',
              command.isOff && 'text-muted',
            )}
          >
            <bdi className="truncate">{command.name}</bdi>
            <span className="shrink-0 text-sm text-muted">{command.hint}</span>
          </li>
        ))}
        {found.length === 0 && (
          <li role="presentation" className="p-3 text-muted">
            Nothing of this name. A number can be called or texted: type it in full.
          </li>
        )}
      </ul>
    </Dialog>
  );
}

function useCommands(words: string): Command[] {
  const navigate = useNavigate();
  const { user, signOut } = useAuth();
  const { setStatus } = useNotifications();
  const off = useBusy();
  const to = (path: string) => () => void navigate(path);
  const commands: Command[] = [
    { name: 'Inbox', hint: 'Go to', run: to('/inbox') },
    { name: 'Inbox: assigned to me', hint: 'Go to', run: to('/inbox?assigned=me') },
    { name: 'Calls', hint: 'Go to', run: to('/calls') },
    { name: 'Contacts', hint: 'Go to', run: to('/people/contacts') },
    { name: 'Leads', hint: 'Go to', run: to('/people/leads') },
    { name: 'Team', hint: 'Go to', run: to('/team') },
    { name: 'Dashboard', hint: 'Go to', run: to('/dashboard') },
    { name: 'Dashboard on the wall', hint: 'Go to', run: to('/dashboard?wall') },
    { name: 'Settings', hint: 'Go to', run: to('/settings') },
    { name: 'I am available', hint: 'Status', run: () => setStatus('available') },
    { name: 'I am busy', hint: 'Status', run: () => setStatus('busy') },
    { name: 'I am away', hint: 'Status', run: () => setStatus('away') },
    { name: 'Sign out', hint: 'Account', run: () => void signOut() },
  ];
  const wanted = words.trim().toLocaleLowerCase();
  const fitting = commands.filter(({ name }) => name.toLocaleLowerCase().includes(wanted));
  const number = /^\+?[\d\s().-]{7,}$/.test(wanted) ? wanted.replace(/[^\d+]/g, '') : null;
  if (number && user?.role !== 'viewer') {
    fitting.unshift({
      name: readableNumber(number),
      hint: off ?? 'Call',
      isOff: off !== null,
      run: () => void dial(number),
    });
    if (number.startsWith('+'))
      fitting.unshift({
        name: readableNumber(number),
        hint: 'Text',
        run: to(`/inbox/${encodeURIComponent(number)}`),
      });
  }
  return fitting;
}

/** Contacts and leads whose name or number begins like that. */
function usePeople(words: string): Command[] {
  const navigate = useNavigate();
  const search = useSettled(words.trim());
  const { data } = useQuery({
    queryKey: ['search', search],
    queryFn: async () => {
      const query = { search, limit: 5 };
      const [{ contacts }, { leads }] = await Promise.all([
        client.api.get('/api/contacts', { query }),
        client.api.get('/api/leads', { query }),
      ]);
      return { contacts, leads };
    },
    enabled: search.length > 1,
    placeholderData: (before) => before,
  });
  if (!data || words.trim().length < 2) return [];
  return (['contacts', 'leads'] as const).flatMap((kind) =>
    data[kind].map((person) => ({
      name: called(person.name, person.phone ?? ''),
      hint: [kind === 'contacts' ? 'Contact' : 'Lead', person.company].filter(Boolean).join(' · '),
      run: () => void navigate(`/people/${kind}/${person.id}`),
    })),
  );
}

/** What has not changed for a moment. */
function useSettled(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
