import { Button } from './Button';
import { toast } from './Toasts';

/** A secret that is shown this once. It takes the focus: whoever made it wants to copy it. */
export function Once({ title, secret }: { title: string; secret: string }) {
  async function copy() {
    try {
      await navigator.clipboard.writeText(secret);
      toast('done', 'Copied');
    } catch {
      // Browsers give no clipboard to pages without https.
      toast('problem', 'That could not be copied', { body: 'Select it and copy it by hand.' });
    }
  }
  return (
    <div role="status" className="mt-3 w-full rounded-md bg-good-soft p-3">
      <p className="font-medium text-good">{title}</p>
      <code className="mt-1 block font-mono text-sm break-all select-all">{secret}</code>
      <Button className="mt-2" autoFocus onClick={() => void copy()}>
        Copy
      </Button>
    </div>
  );
}
