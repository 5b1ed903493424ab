/** Every role, the one that may most first. */
export const ROLES = ['admin', 'manager', 'user', 'viewer'] as const;
