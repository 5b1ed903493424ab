export * from './providers';
export * from './hooks';
