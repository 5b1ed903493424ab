import { CalendarClock } from 'lucide-react';
import { useId, useState, type SubmitEvent } from 'react';

import { Button } from '../../components/Button';
import { Menu } from '../../components/Menu';
import { useMinutes } from '../../lib/now';
import { dayAndTime } from '../../lib/time';
import { choices, local, picked } from './later';

/** Chooses when a text goes out. */
export function SendLater({ isReady, onChoose }: { isReady: boolean; onChoose(at: Date): void }) {
  const now = useMinutes();
  return (
    <Menu
      button={<CalendarClock size={18} aria-hidden />}
      label="Send later"
      disabled={!isReady}
      className="inline-grid size-9 shrink-0 place-items-center rounded-md text-muted hover:bg-sunken hover:text-ink disabled:opacity-50"
      panel="absolute right-0 bottom-full mb-2 w-72 max-w-[calc(100vw-1.5rem)]"
    >
      {(close) => {
        const choose = (at: Date) => {
          close();
          onChoose(at);
        };
        return (
          <div className="grid grid-cols-[minmax(0,1fr)] gap-1">
            {choices(now).map(({ name, at }) => (
              <button
                key={name}
                type="button"
                onClick={() => choose(at)}
                className="grid rounded-md px-3 py-2 text-left hover:bg-sunken"
              >
                <span className="font-medium">{name}</span>
                <span className="text-sm text-muted tabular-nums">{dayAndTime(at.toISOString(), now)}</span>
              </button>
            ))}
            <Picker onChoose={choose} />
          </div>
        );
      }}
    </Menu>
  );
}

function Picker({ onChoose }: { onChoose(at: Date): void }) {
  const id = useId();
  const [isPast, setPast] = useState(false);
  function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const at = picked(String(new FormData(event.currentTarget).get('at')), Date.now());
    if (!at) return setPast(true);
    onChoose(at);
  }
  return (
    <form onSubmit={submit} noValidate className="grid gap-1 border-t border-line px-3 pt-2 pb-1">
      <label htmlFor={id} className="text-sm font-medium">
        At a time of your own
      </label>
      <div className="flex flex-wrap gap-2">
        <input
          id={id}
          name="at"
          type="datetime-local"
          min={local(new Date())}
          aria-invalid={isPast}
          aria-describedby={isPast ? `${id}-past` : undefined}
          onChange={() => setPast(false)}
          className="control min-w-0 flex-1"
        />
        <Button type="submit">Set</Button>
      </div>
      {isPast && (
        <p id={`${id}-past`} role="alert" className="text-sm text-bad">
          Choose a time that is yet to come.
        </p>
      )}
    </form>
  );
}
