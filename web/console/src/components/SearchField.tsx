import { Search } from 'lucide-react';
import { useEffect, useState } from 'react';

const PATIENCE_MS = 250;

/** A search that goes out when one stops typing. */
export function SearchField({
  value,
  onChange,
  label,
}: {
  value: string;
  onChange(value: string): void;
  label: string;
}) {
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  useEffect(() => {
    if (typed === value) return;
    const timer = setTimeout(() => onChange(typed), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [typed, value, onChange]);
  return (
    <label className="relative block">
      <Search size={16} aria-hidden className="absolute top-2.5 left-2.5 text-muted" />
      <input
        type="search"
        className="control pl-8!"
        aria-label={label}
        placeholder={label}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
    </label>
  );
}
