// How long tests wait for what is to come: however slow the computer is.

import { configure } from '@testing-library/dom';

configure({ asyncUtilTimeout: 20_000 });
