// The keys that t() takes: those of the English texts, and those with plural forms without the form.
import type en from "./en";

type Plural<Key> = Key extends `${infer Stem}.other` ? Stem : never;
export type MessageKey = keyof typeof en | Plural<keyof typeof en>;
