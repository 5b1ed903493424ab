import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { afterEach, expect, test } from 'vitest';

import { Dialog } from './Dialog';

afterEach(cleanup);

function Page() {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button onClick={() => setOpen(true)}>Open</button>
      {isOpen && (
        <Dialog title="Asked" onClose={() => setOpen(false)}>
          <input aria-label="answer" autoFocus />
          <button>Say</button>
        </Dialog>
      )}
    </>
  );
}

test('the focus goes in, stays in, and comes back', async () => {
  render(<Page />);
  await userEvent.click(screen.getByText('Open'));
  expect(document.activeElement).toBe(screen.getByLabelText('answer'));
  await userEvent.tab();
  expect(document.activeElement).toBe(screen.getByText('Say'));
  await userEvent.tab();
  expect(document.activeElement).toBe(screen.getByLabelText('Close'));
  await userEvent.tab({ shift: true });
  expect(document.activeElement).toBe(screen.getByText('Say'));
  await userEvent.keyboard('{Escape}');
  expect(screen.queryByRole('dialog')).toBeNull();
  expect(document.activeElement).toBe(screen.getByText('Open'));
});

test('a press beside it closes it, one in it does not', async () => {
  render(<Page />);
  await userEvent.click(screen.getByText('Open'));
  await userEvent.click(screen.getByText('Asked'));
  expect(screen.queryByRole('dialog')).not.toBeNull();
  await userEvent.click(screen.getByRole('dialog').parentElement as HTMLElement);
  expect(screen.queryByRole('dialog')).toBeNull();
});
