/** Address of the icon sprite, and whether this is a build for development: set by build.mjs. */
declare const ICONS: string;
declare const DEV: boolean;
/** What is in the UI besides its own code: read from the packages by build.mjs. */
/** JSON: of each package its name, version and licence. */
declare const LICENCES: string;
