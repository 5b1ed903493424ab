import { Dialog } from '../components/Dialog';
import { useShortcuts } from '../lib/shortcuts';

const NAMES: Record<string, string> = { 'mod+k': 'Ctrl K', ' ': 'Space' };

/** The keys that do something here. */
export default function Shortcuts({ onClose }: { onClose(): void }) {
  const shortcuts = useShortcuts();
  return (
    <Dialog title="Keyboard" onClose={onClose}>
      <dl className="grid grid-cols-[auto_1fr] items-center gap-x-4 gap-y-2">
        {shortcuts.map(({ key, does }) => (
          <div key={key} className="contents">
            <dt>
              <kbd>{NAMES[key] ?? (key.length === 1 ? key.toUpperCase() : key)}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
