export { type Migration, openDatabase, StoreUnavailableError } from './open-database.ts';
