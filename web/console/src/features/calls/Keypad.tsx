import { useState } from 'react';

import { Button } from '../../components/Button';

const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#'];

/** Keys that the other end hears. */
export function Keypad({ onPress }: { onPress(digit: string): void }) {
  const [pressed, setPressed] = useState('');
  return (
    <div className="mx-auto grid max-w-56 gap-2">
      <output aria-label="Pressed" className="h-7 truncate text-center text-lg tabular-nums">
        {pressed}
      </output>
      <div className="grid grid-cols-3 gap-2">
        {KEYS.map((key) => (
          <Button
            key={key}
            className="text-lg"
            onClick={() => {
              setPressed(pressed + key);
              onPress(key);
            }}
          >
            {key}
          </Button>
        ))}
      </div>
    </div>
  );
}
