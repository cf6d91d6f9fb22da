// Shapes of the server's answers that more than one screen uses.

export type Id = string;

/** A record of any collection: the fields are described by `Meta`. */
export interface AnyRecord {
  id: Id;
  version: number;
  created_at: string;
  updated_at: string;
  created_by?: Id | null;
  owner_id?: Id | null;
  tags?: string[];
  custom?: Record<string, unknown>;
  deleted_at?: string;
  [field: string]: unknown;
}

export interface Page<T> {
  data: T[];
  has_more: boolean;
  next_cursor?: string | null;
  count?: number;
}

export type FieldKind =
  | "text" | "long_text" | "code" | "email" | "phone" | "country" | "currency" | "choice"
  | "boolean" | "date" | "instant" | "reference" | "tags" | "custom" | "money" | "unit_price"
  | "rate" | "quantity" | "integer" | "lines"
  /** One custom field, as the UI tells them apart; the server only knows all of them as one. */
  | "custom_text" | "custom_number";

export interface FieldMeta {
  name: string;
  label: string;
  kind: FieldKind;
  /** When it may be written: anytime, or as the server says (never: only the server writes it). */
  write: string;
  required: boolean;
  unique: boolean;
  search: boolean;
  sort: boolean;
  max?: number;
  choices?: string[];
  fallback?: string;
  /** Collection that a reference points into. */
  target?: string;
  /** What the one who has signed in may do with it, where the server says so. */
  access?: "hidden" | "read_only";
  fields?: FieldMeta[];
}

/** One step from one state to another; an action that starts from several states has several. */
export interface MoveMeta {
  action: string;
  from: string;
  to: string;
  label: string;
}

export interface CollectionMeta {
  /** One: "customer". */
  name: string;
  /** Many, as in addresses: "customers". */
  collection: string;
  label: string;
  label_plural: string;
  title: string;
  fields: FieldMeta[];
  moves: MoveMeta[];
  /** Of an order. */
  lines?: { fields: FieldMeta[] };
}

/** What the firm says of itself; null where nothing is set. */
export interface Firm {
  name: string | null;
  address: { street: string | null; city: string | null; state: string | null; postal_code: string | null };
  country: string;
  tax_id: string | null;
  email: string | null;
  phone: string | null;
  currency: string;
  timezone: string;
  language: string | null;
}

export interface Meta {
  version: string;
  organisation: Firm;
  collections: CollectionMeta[];
  /** Code → digits after the point. */
  currencies: Record<string, number>;
}

export interface User {
  id: Id;
  version: number;
  email: string;
  name: string;
  status: string;
  roles: string[];
  teams: unknown[];
  has_password: boolean;
  two_factor: boolean;
  last_sign_in_at?: string | null;
  language: string;
  timezone: string;
  [field: string]: unknown;
}

export type Act = "read" | "create" | "update" | "delete" | "assign" | "export" | "import";
export type Reach = "none" | "own" | "team" | "all";
export type Flag =
  | "settings" | "users" | "audit" | "backup" | "see_cost" | "issue_invoice" | "refund";

export interface Me {
  user: User;
  preferences: Record<string, unknown>;
  credential: string;
  confirmed_at?: string;
  flags: Flag[];
  rights: Record<string, Record<Act, Reach>>;
  /** Fields that are not open to her: "products.cost", "orders.lines.cost". */
  fields?: Record<string, "hidden" | "read_only">;
}
