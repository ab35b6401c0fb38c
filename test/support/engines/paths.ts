import { join } from 'node:path';

/** The shell half of `scope.ts`. */
export const scopeScript = join(__dirname, 'scope.sh');
