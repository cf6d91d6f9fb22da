// Every screen that there is, with a record of each kind: what has to hold everywhere is tested on all.
export async function screensOf(server) {
  const first = async (collection, query = "") => (await server.get(`/api/v1/${collection}?limit=1${query}`)).data[0];
  const [customer, contact, product, draft, order, payment, user] = await Promise.all([
    first("customers", "&sort=-updated_at"), first("contacts"), first("products"), first("orders", "&status=draft"),
    first("orders", "&status=completed"), first("payments"), first("users"),
  ]);
  const lists = ["customers", "contacts", "products", "orders", "payments"];
  const settings = ["company", "users", "roles", "teams", "tokens", "access", "limits", "about"];
  return [
    { name: "home", path: "/" },
    ...lists.map((one) => ({ name: `list of ${one}`, path: `/${one}` })),
    { name: "customer", path: `/customers/${customer.id}` },
    { name: "contact", path: `/contacts/${contact.id}` },
    { name: "product", path: `/products/${product.id}` },
    { name: "order, draft", path: `/orders/${draft.id}` },
    { name: "order, completed", path: `/orders/${order.id}` },
    { name: "payment", path: `/payments/${payment.id}` },
    ...lists.map((one) => ({ name: `new of ${one}`, path: `/${one}/new` })),
    { name: "import", path: "/import" },
    { name: "trash", path: "/trash" },
    { name: "settings", path: "/settings" },
    ...settings.map((one) => ({ name: `settings, ${one}`, path: `/settings/${one}` })),
    { name: "user", path: `/settings/users/${user.id}` },
    { name: "role", path: "/settings/roles/sales" },
    { name: "profile", path: "/profile" },
    { name: "backups", path: "/backups" },
    { name: "audit log", path: "/audit" },
    { name: "system health", path: "/system" },
    { name: "nothing here", path: "/nothing/here" },
  ];
}
