// Karavan without its screen: opens a file and saves it.
import { readFileSync } from 'node:fs';
import { register } from 'node:module';

const PACKAGE = new URL('node_modules/karavan-core/', import.meta.url);

register('./typescript.mjs', import.meta.url);
const { CamelDefinitionYaml } = await import(new URL('src/core/api/CamelDefinitionYaml.ts', PACKAGE));

export const { version } = JSON.parse(readFileSync(new URL('package.json', PACKAGE), 'utf8'));

/** The file as it is after it was opened and saved. */
export const saved = (text, name) =>
    CamelDefinitionYaml.integrationToYaml(CamelDefinitionYaml.yamlToIntegration(name, text));
