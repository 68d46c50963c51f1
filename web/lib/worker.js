// @ts-check
// The worker script of pages: one entry for both roles.
// @ts-ignore made by the build; what it exports is a CoreFactory
import factory from '../dist/tamis-core.js';
import { serve } from './serve.js';

serve(/** @type {any} */ (self), factory);
