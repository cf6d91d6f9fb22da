import type { FieldMeta } from "../../core/model";
import type { Tied } from "../../kit/field";

export interface EditorProps {
  /** Whose field it is; lines of an order are "order_lines". */
  collection: string;
  field: FieldMeta;
  /** As the server's records have it; null or undefined: nothing. */
  value: unknown;
  /**
   * After each change: the value for the server (null: emptied), or what is wrong with what stands
   * there (then the value is not to be sent).
   */
  onChange: (value: unknown, fault?: string) => void;
  /** What else is known: the currency of an amount, an expanded reference. */
  record?: Record<string, unknown> | undefined;
  tied?: Tied | undefined;
  autoFocus?: boolean | undefined;
  /** Keys that the control itself does not need. */
  onKeyDown?: ((event: KeyboardEvent) => void) | undefined;
  "data-cell"?: string | undefined;
}
