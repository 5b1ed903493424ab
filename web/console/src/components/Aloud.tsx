import { useAloud } from '../lib/aloud';

/** What is read out and not seen. */
export function Aloud() {
  const [now, soon] = [useAloud('now'), useAloud('soon')];
  return (
    <>
      <p role="alert" className="sr-only">
        <span key={now.turn}>{now.words}</span>
      </p>
      <p role="status" className="sr-only">
        <span key={soon.turn}>{soon.words}</span>
      </p>
    </>
  );
}
