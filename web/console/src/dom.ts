// Finding and copying what index.html holds.

/** The element of that id, which is there. */
export function element<E extends HTMLElement = HTMLElement>(id: string): E {
  const found = document.getElementById(id);
  if (!found) throw new Error(`index.html has no #${id}`);
  return found as E;
}

/** The part of `parent` with that class, which is there. */
export function part<E extends HTMLElement = HTMLElement>(parent: HTMLElement, className: string): E {
  const found = parent.querySelector<E>(`.${className}`);
  if (!found) throw new Error(`index.html has no .${className}`);
  return found;
}

/** A copy of what the template of that id holds. */
export function copy(id: string): HTMLElement {
  const { content } = element<HTMLTemplateElement>(id);
  return content.firstElementChild?.cloneNode(true) as HTMLElement;
}

/** Who calls or writes: the name with the number beside it, or the number alone. */
export function showWho(row: HTMLElement, name: string | null, number: string): void {
  part(row, 'name').textContent = name ?? number;
  part(row, 'number').textContent = name === null ? '' : number;
}
