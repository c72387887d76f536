// Kaoto without its screen: opens a file, saves it, and changes what its forms show.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { register } from 'node:module';
import { fileURLToPath } from 'node:url';

const PACKAGE = new URL('node_modules/@kaoto/kaoto/', import.meta.url);

/** The newest catalog that comes with it. */
const CATALOG = new URL('lib/camel-catalog/camel-main/4.14.0/', PACKAGE);

if (!existsSync(PACKAGE)) {
    console.error('Kaoto is not installed: npm ci --prefix src/test/editors');
    process.exit(2);
}

// Kaoto reads XML as well
globalThis.DOMParser ??= class {};
register('./stand-ins.mjs', import.meta.url);
const load = (file) => import(new URL(`lib/esm/${file}`, PACKAGE));
const { CamelResourceFactory } = await load('models/camel/camel-resource-factory.js');
const { CamelCatalogService } = await load('models/visualization/flows/camel-catalog.service.js');
const { CatalogKind } = await load('models/catalog-kind.js');

const catalog = readdirSync(fileURLToPath(CATALOG));
const read = (start) => {
    const file = catalog.find((name) => name.startsWith(`${start}-`));
    return JSON.parse(readFileSync(new URL(file, CATALOG), 'utf8'));
};
for (const [kind, ...starts] of [
    [CatalogKind.Component, 'camel-catalog-aggregate-components'],
    [CatalogKind.Processor, 'camel-catalog-aggregate-models'],
    [CatalogKind.Pattern, 'camel-catalog-aggregate-patterns'],
    [CatalogKind.Entity, 'camel-catalog-aggregate-entities'],
    [CatalogKind.Language, 'camel-catalog-aggregate-languages'],
    [CatalogKind.Dataformat, 'camel-catalog-aggregate-dataformats'],
    [CatalogKind.Loadbalancer, 'camel-catalog-aggregate-loadbalancers'],
    [CatalogKind.Kamelet, 'kamelet-boundaries', 'kamelets-aggregate'],
]) {
    CamelCatalogService.setCatalogKey(kind, Object.assign({}, ...starts.map(read)));
}

/** What a file says. */
export const { parse } = await import('yaml');

export const { version } = JSON.parse(readFileSync(new URL('package.json', PACKAGE), 'utf8'));

/** The file as it is after it was opened and saved. */
export const saved = (text, name) => CamelResourceFactory.createCamelResource(text, { path: name }).toString();

/** The same, after the form of each step was opened and something in it was changed, and changed back. */
export function edited(text, name) {
    const resource = CamelResourceFactory.createCamelResource(text, { path: name });
    let forms = 0;
    const edit = (node) => {
        const form = node.getComponentSchema();
        if (form?.definition) {
            node.updateModel(form.definition);
            forms++;
        }
        (node.getChildren() ?? []).forEach(edit);
    };
    resource.getVisualEntities().forEach((entity) => edit(entity.toVizNode()));
    return { text: resource.toString(), forms };
}
