// Lets Node.js read the modules of Kaoto, which were written for a bundler: file names without an ending, and pictures
// and widgets, for which a stand-in that does nothing is enough: no file passes through them.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const KAOTO = '/@kaoto/kaoto/lib/esm/';

/** What Kaoto reads and writes files with; as it is. */
const REAL = new Set(['lodash', 'uuid', 'yaml']);

const isFile = (path) => path.endsWith('.js') && existsSync(path) && statSync(path).isFile();

function namesImported(specifier, importer) {
    const names = new Set();
    const source = readFileSync(fileURLToPath(importer), 'utf8');
    for (const [, list, from] of source.matchAll(/import\s[^;{'"]*\{([^}]*)}\s*from\s*['"]([^'"]+)['"]/g)) {
        for (const name of from === specifier ? list.split(',') : []) {
            names.add(name.trim().split(/\s+as\s+/)[0]);
        }
    }
    names.delete('');
    names.delete('default');
    return [...names];
}

const module = (importer, specifier, lines) => ({
    url: 'data:text/javascript,' + encodeURIComponent([...lines, `// ${specifier} for ${importer}`].join('\n')),
    format: 'module',
    shortCircuit: true,
});

const standIn = (importer, specifier) =>
    module(importer, specifier, [
        'const nothing = new Proxy(function () {}, {',
        "    get: (f, key) => (key === Symbol.toPrimitive ? () => '' : key === 'then' ? undefined : nothing),",
        '    apply: () => nothing,',
        '    construct: () => ({}),',
        '});',
        'export default nothing;',
        ...namesImported(specifier, importer).map((name) => `export const ${name} = nothing;`),
    ]);

/** A package in the older form, whose names Node.js does not know before it has run. */
const named = (importer, specifier, url) =>
    module(importer, specifier, [
        `import all from ${JSON.stringify(url)};`,
        'export default all;',
        ...namesImported(specifier, importer).map((name) => `export const ${name} = all.${name};`),
    ]);

export async function resolve(specifier, context, next) {
    const importer = context.parentURL ?? '';
    if (!importer.includes(KAOTO)) {
        return next(specifier, context);
    }
    if (specifier.startsWith('.')) {
        const path = fileURLToPath(new URL(specifier, importer));
        const file = [path, `${path}.js`, `${path}/index.js`].find(isFile);
        return file ? next(new URL(`file://${file}`).href, context) : standIn(importer, specifier);
    }
    if (!REAL.has(specifier)) {
        return standIn(importer, specifier);
    }
    const found = await next(specifier, context);
    return specifier === 'lodash' ? named(importer, specifier, found.url) : found;
}
