// The system's own notifications.

export type Permission = NotificationPermission | 'unsupported';

export class Notices {
  readonly #shown = new Map<string, Notification>();

  permission(): Permission {
    return typeof Notification === 'function' ? Notification.permission : 'unsupported';
  }

  /** To be called while the person does something. */
  async ask(): Promise<Permission> {
    if (typeof Notification !== 'function') return 'unsupported';
    return Notification.requestPermission();
  }

  /** Calls `listener` when the permission is given or taken elsewhere; returns what ends that. */
  onChange(listener: () => void): () => void {
    const ending = new AbortController();
    globalThis.navigator?.permissions
      ?.query({ name: 'notifications' })
      .then((status) => status.addEventListener('change', listener, { signal: ending.signal }))
      .catch(() => undefined);
    return () => ending.abort();
  }

  /** Shows it, unless the person looks at this page anyway. One of the same id, of whichever tab, is replaced. */
  show(id: string, { title, body }: { title: string; body: string }): void {
    if (this.permission() !== 'granted' || document.hasFocus() || this.#shown.has(id)) return;
    try {
      const notice = new Notification(title, { body, tag: id });
      notice.onclick = () => window.focus();
      this.#shown.set(id, notice);
    } catch {
      // Some phones want a service worker for it.
    }
  }

  hide(id: string): void {
    this.#shown.get(id)?.close();
    this.#shown.delete(id);
  }

  /** Hides all but these. */
  keep(ids: ReadonlySet<string>): void {
    for (const id of this.#shown.keys()) if (!ids.has(id)) this.hide(id);
  }
}
