/** Address of the icon sprite, and whether this is a build for development: set by build.mjs. */
declare const ICONS: string;
declare const DEV: boolean;
