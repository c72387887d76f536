// Lets Node.js read the modules of Karavan, which are published as they were written, in TypeScript.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const KARAVAN = '/karavan-core/';
const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 };

export async function resolve(specifier, context, next) {
    if (specifier.startsWith('.') && context.parentURL?.includes(KARAVAN)) {
        const url = new URL(`${specifier}.ts`, context.parentURL);
        if (existsSync(fileURLToPath(url))) {
            return { url: url.href, format: 'module', shortCircuit: true };
        }
    }
    return next(specifier, context);
}

export async function load(url, context, next) {
    if (!url.endsWith('.ts') || !url.includes(KARAVAN)) {
        return next(url, context);
    }
    const source = readFileSync(fileURLToPath(url), 'utf8');
    return { format: 'module', shortCircuit: true, source: ts.transpileModule(source, { compilerOptions }).outputText };
}
