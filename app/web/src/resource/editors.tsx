// How a value of each kind is changed: record page, create form, inline and bulk edit all use this.
import type { ComponentType } from "preact";
import type { FieldKind } from "../core/model";
import { BooleanEditor, ChoiceEditor } from "./editors/choice";
import { CustomEditor } from "./editors/custom";
import { CountryEditor, CurrencyEditor } from "./editors/listed";
import { NumberEditor } from "./editors/number";
import type { EditorProps } from "./editors/props";
import { ReferenceEditor } from "./editors/reference";
import { TagsEditor } from "./editors/tags";
import { LongTextEditor, TextEditor } from "./editors/text";
import { DateEditor, InstantEditor } from "./editors/time";

export type { EditorProps } from "./editors/props";

const editors: Partial<Record<FieldKind, ComponentType<EditorProps>>> = {
  long_text: LongTextEditor,
  country: CountryEditor,
  currency: CurrencyEditor,
  choice: ChoiceEditor,
  boolean: BooleanEditor,
  date: DateEditor,
  instant: InstantEditor,
  reference: ReferenceEditor,
  tags: TagsEditor,
  custom: CustomEditor,
  money: NumberEditor,
  unit_price: NumberEditor,
  rate: NumberEditor,
  quantity: NumberEditor,
  integer: NumberEditor,
};

export function Editor(props: EditorProps) {
  const Found = editors[props.field.kind] ?? TextEditor;
  return <Found {...props} />;
}
