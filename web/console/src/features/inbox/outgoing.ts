import client from '../../lib/client';
import { Outbox } from './outbox';

/** It outlives the thread that it is shown in: what is being sent is not lost by looking elsewhere. */
export const outgoing = new Outbox(client.api);
