import { Headset } from 'lucide-react';
import type { ReactNode } from 'react';

/** What stands between those who are not in yet and the desk. */
export function Door({ title, hint, children }: { title: string; hint: ReactNode; children: ReactNode }) {
  return (
    <main className="grid min-h-full place-items-center p-4">
      <div className="grid w-full max-w-88 gap-4 rounded-lg border border-line bg-surface p-6 shadow-sm">
        <div className="flex items-center gap-3">
          <span className="grid size-10 shrink-0 place-items-center rounded-md bg-accent-solid text-white">
            <Headset size={20} aria-hidden />
          </span>
          <div className="min-w-0">
            <h1 className="text-xl font-semibold wrap-anywhere">{title}</h1>
            <p className="wrap-anywhere text-muted">{hint}</p>
          </div>
        </div>
        {children}
      </div>
    </main>
  );
}

/** What went wrong there. */
export function Refusal({ children }: { children: ReactNode }) {
  return (
    <p role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-bad">
      {children}
    </p>
  );
}
