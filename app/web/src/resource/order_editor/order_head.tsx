import { fieldName } from "../../core/i18n";
import { collectionMeta } from "../../core/session";
import { Field } from "../../kit/field";
import { Editor } from "../editors";
import type { OrderModel } from "./order_model";

const names = ["customer_id", "order_date", "currency", "channel"] as const;

/** What a new order needs before its lines: the customer; the rest is filled in. */
export function OrderHead({ model, onCustomer }: { model: OrderModel; onCustomer: () => void }) {
  const fields = collectionMeta("orders").fields;
  const values = model.head.value;
  return (
    <div class="form-grid order-head">
      {names.map((name) => {
        const field = fields.find((one) => one.name === name);
        return field && !field.access ? (
          <Field key={name} label={fieldName("orders", field)} fault={model.headFaults.value[name]} required={name === "customer_id"}>
            {(tied) => (
              <Editor collection="orders" field={name === "currency" ? { ...field, required: false } : field} tied={tied}
                value={name === "currency" ? model.currency.value : values[name]}
                record={values} autoFocus={name === "customer_id" && !values["customer_id"]}
                onChange={(value, fault) => {
                  model.setHead(name, value, fault);
                  if (name === "customer_id" && value) onCustomer();
                }} />
            )}
          </Field>
        ) : null;
      })}
    </div>
  );
}
