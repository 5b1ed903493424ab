import { Component, type ReactNode } from 'react';

import { Trouble } from './States';

/** A screen that breaks leaves the others, and the calls, as they are. */
export class Boundary extends Component<{ children: ReactNode }, { error: unknown }> {
  override state: { error: unknown } = { error: undefined };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    if (this.state.error === undefined) return this.props.children;
    // A part of an older page is gone once the server has a newer one.
    return <Trouble error={this.state.error} onRetry={() => location.reload()} />;
  }
}
