import { Link } from 'react-router';

import { classes } from '../../lib/classes';
import type { Template } from '../../lib/types';

interface Props {
  id: string;
  templates: readonly Template[];
  choice: number;
  onChoose(template: Template): void;
}

/** Templates to choose from, above where one writes. */
export function TemplateList({ id, templates, choice, onChoose }: Props) {
  return (
    <div className="absolute inset-x-0 bottom-full z-10 mb-2 max-h-64 overflow-y-auto rounded-lg border border-line bg-raised p-1 shadow-lg">
      {templates.length === 0 ? (
        <p className="p-3 text-muted">
          No template of this name.{' '}
          <Link to="/settings/templates" className="text-accent underline">
            Templates
          </Link>
        </p>
      ) : (
        <ul id={id} role="listbox" aria-label="Templates">
          {templates.map((template, at) => (
            <li
              key={template.id}
              id={`${id}-${at}`}
              role="option"
              aria-selected={at === choice}
              onMouseDown={(event) => {
                event.preventDefault();
                onChoose(template);
              }}
              className={classes('cursor-pointer rounded-md px-3 py-1.5', at === choice && 'bg-accent-soft')}
            >
              <p className="font-medium">{template.name}</p>
              <p className="truncate text-sm text-muted">{template.body}</p>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
