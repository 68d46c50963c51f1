// @ts-check
// The page's program: starts the library and gives each panel its part of the document.
import { mountBenchPanel } from './bench-panel.js';
import { mountBrowserPanel } from './browser-panel.js';
import { mountCountPanel } from './count-panel.js';
import { openPageJobs } from './durable.js';
import { Engine } from './engine.js';
import { mountGapsPanel } from './gaps-panel.js';
import { mountJobsPanel } from './jobs-panel.js';
import { mountLensPanel } from './lens-panel.js';
import { mountListPanel } from './list-panel.js';
import { drawMesh } from './mesh.js';
import { mountNthPanel } from './nth-panel.js';
import { mountPiPanel } from './pi-panel.js';
import { mountRecorderPanel } from './recorder-panel.js';
import { mountSavePanel } from './save-panel.js';

const root = document.documentElement;
// boot.js takes this as the sign that the browser can read the program.
root.dataset.state = 'starting';

const engine = new Engine();
drawMesh();
mountBrowserPanel(engine);
mountRecorderPanel(engine);
const opening = openPageJobs(engine);
const saving = mountSavePanel(engine);
const panels = [
  mountCountPanel(engine, opening), mountNthPanel(engine, opening), mountListPanel(engine, saving.offer), saving, mountBenchPanel(engine, opening),
  mountLensPanel(engine), mountPiPanel(engine, opening), mountGapsPanel(engine, opening),
];
mountJobsPanel(engine, opening);

engine.addEventListener('change', () => {
  if (!engine.user) root.dataset.state = engine.state;
});

document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape' || event.isComposing) return;
  if (panels.some((panel) => panel.stop())) event.preventDefault();
});

void engine.start();
