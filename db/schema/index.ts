// All tables, for drizzle.
export * from './areas.ts';
export * from './audit.ts';
export * from './boards.ts';
export * from './captions.ts';
export * from './concerns.ts';
export * from './documents.ts';
export * from './following.ts';
export * from './followups.ts';
export * from './mail.ts';
export * from './maps.ts';
export * from './marks.ts';
export * from './meetings.ts';
export * from './people.ts';
export * from './questions.ts';
export * from './recordings.ts';
export * from './rooms.ts';
export * from './stage.ts';
