export { allFlaws, type FlawId, type Flaws, noFlaws, type PlantedFlaw, plantedFlaws } from './planted-flaws.ts';
export { startWeakApi, type WeakApi, type WeakApiOptions } from './start-weak-api.ts';
export { SAMPLE_PASSWORD } from './store.ts';
