// What two editors make of the route files and the Kamelets.
//
// Kaoto opens each, and saves it byte for byte as it was; its forms leave as it was what nobody changes in them.
// Karavan opens each route, and saves it the same but for ids that it adds. (It writes Kamelets in a form of its own.)
//
// With --write: stores the files in the form in which Kaoto saves them.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import * as kaoto from './kaoto.mjs';
import * as karavan from './karavan.mjs';

const ROOT = new URL('../../../', import.meta.url);
const ROUTES = 'routes/';
const KAMELETS = 'src/main/resources/kamelets/';

const content = kaoto.parse;

const isObject = (value) => value !== null && typeof value === 'object';

/** The same without members of which this is true. */
function without(isAdded, value, at = '') {
    if (Array.isArray(value)) {
        return value.map((element, i) => without(isAdded, element, `${at}/${i}`));
    }
    if (!isObject(value)) {
        return value;
    }
    return Object.fromEntries(
        Object.entries(value)
            .filter(([key, child]) => !isAdded(`${at}/${key}`, child))
            .map(([key, child]) => [key, without(isAdded, child, `${at}/${key}`)]),
    );
}

/** Where each member stands, with what it is. */
function members(value, at = '', all = new Map()) {
    all.set(at, value);
    if (isObject(value)) {
        Object.entries(value).forEach(([key, child]) => members(child, `${at}/${key}`, all));
    }
    return all;
}

/** Kaoto's forms add empty parameters. */
const isNoParameter = (at, value) => at.endsWith('/parameters') && isDeepStrictEqual(value, {});

function difference(before, after) {
    const [there, here] = [members(after), members(before)];
    const at = [...new Set([...here.keys(), ...there.keys()])].find(
        (place) => !isObject(here.get(place)) && !isObject(there.get(place)) && here.get(place) !== there.get(place),
    );
    return `${at} is ${JSON.stringify(here.get(at))}, and becomes ${JSON.stringify(there.get(at))}`;
}

function differentLine(before, after) {
    const [here, there] = [before.split('\n'), after.split('\n')];
    const at = Math.max(0, [...here, ''].findIndex((line, i) => line !== there[i]));
    return `line ${at + 1} is '${here[at] ?? ''}', and becomes '${there[at] ?? ''}'`;
}

const said = [];
const counts = { files: 0, forms: 0, routes: 0 };

function inKaoto(file, name, url) {
    let text = readFileSync(url, 'utf8');
    const after = kaoto.saved(text, name);
    if (after !== text && process.argv.includes('--write')) {
        writeFileSync(url, after);
        console.log(`${file}: written`);
        text = after;
    }
    if (after !== text) {
        said.push(`${file}: Kaoto saves it otherwise: ${differentLine(text, after)}`);
    }
    const edited = kaoto.edited(text, name);
    const before = without(isNoParameter, content(text));
    const then = without(isNoParameter, content(edited.text));
    if (!isDeepStrictEqual(then, before)) {
        said.push(`${file}: a form of Kaoto changes it: ${difference(before, then)}`);
    }
    counts.files++;
    counts.forms += edited.forms;
}

function inKaravan(file, name, url) {
    const text = readFileSync(url, 'utf8');
    const before = content(text);
    const known = members(before);
    const after = without((at) => at.endsWith('/id') && !known.has(at), content(karavan.saved(text, name)));
    if (!isDeepStrictEqual(after, before)) {
        said.push(`${file}: Karavan saves something else: ${difference(before, after)}`);
    }
    counts.routes++;
}

for (const folder of [ROUTES, KAMELETS]) {
    for (const name of readdirSync(fileURLToPath(new URL(folder, ROOT))).sort()) {
        const file = folder + name;
        inKaoto(file, name, new URL(file, ROOT));
        if (folder === ROUTES) {
            inKaravan(file, name, new URL(file, ROOT));
        }
    }
}

if (said.length > 0) {
    console.error(said.join('\n'));
    console.error('Store them as Kaoto does: node src/test/editors/check.mjs --write');
    process.exit(1);
}
console.log(
    `Kaoto ${kaoto.version} saves ${counts.files} files byte for byte, and its ${counts.forms} forms keep what they` +
        ` show; Karavan ${karavan.version} keeps ${counts.routes} routes.`,
);
