import { MessagesSquare } from 'lucide-react';
import { useParams, useSearchParams } from 'react-router';

import { Split } from '../../components/Layout';
import { Nothing } from '../../components/States';
import { ConversationList } from './ConversationList';
import { ThreadView } from './ThreadView';

/** Conversations, and the one that is open. */
export default function Inbox() {
  const { number } = useParams();
  const [query] = useSearchParams();
  const search = query.toString();
  const suffix = search ? `?${search}` : '';
  return (
    <Split
      list={<ConversationList current={number} suffix={suffix} />}
      detail={number ? <ThreadView key={number} number={number} back={`/inbox${suffix}`} /> : null}
      placeholder={
        <Nothing icon={MessagesSquare} title="No conversation is open">
          Choose one from the list. <kbd>J</kbd> and <kbd>K</kbd> move through it.
        </Nothing>
      }
    />
  );
}
