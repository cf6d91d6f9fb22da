'use strict'
// The peer that a Node developer would write in an afternoon: Fastify with response schemas,
// better-sqlite3 with prepared statements, WAL, a JSON web token and a user looked up by it. No trail
// of changes, no idempotency.
//   node server.js DATABASE PORT FULL|NORMAL accounts|open
//   node server.js DATABASE token           prints a token and ends
const [databasePath, port, synchronous, doors] = process.argv.slice(2)
const database = require('better-sqlite3')(databasePath)
for (const pragma of ['journal_mode = WAL', `synchronous = ${synchronous}`, 'foreign_keys = ON']) database.pragma(pragma)
const app = require('fastify')({ logger: false })

const columns = 'id, name, email, phone, street, city, kind, created_at, updated_at'
const sql = (text) => database.prepare(text)
const oneCustomer = sql(`SELECT ${columns} FROM customers WHERE id = ?`)
const customerPage = sql(`SELECT ${columns} FROM customers ORDER BY created_at DESC LIMIT ? OFFSET ?`)
const customerCount = sql('SELECT count(*) AS n FROM customers')
const foundPage = sql(`SELECT ${columns} FROM customers WHERE name LIKE ? ORDER BY created_at DESC LIMIT ? OFFSET ?`)
const foundCount = sql('SELECT count(*) AS n FROM customers WHERE name LIKE ?')
const insertCustomer = sql('INSERT INTO customers (name, email, phone, street, city, kind, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
const priceOf = sql('SELECT cents FROM products WHERE id = ?')
const customerExists = sql('SELECT 1 FROM customers WHERE id = ?')
const insertOrder = sql("INSERT INTO orders (number, customer_id, state, cents, placed_at) VALUES (?, ?, 'draft', ?, ?)")
const insertLine = sql('INSERT INTO order_lines (order_id, product_id, quantity, cents) VALUES (?, ?, ?, ?)')
const totals = sql('SELECT (SELECT count(*) FROM customers) AS customers, (SELECT count(*) FROM products) AS products, (SELECT count(*) FROM orders) AS orders')
const months = sql("SELECT substr(placed_at, 1, 7) AS month, count(*) AS orders, sum(cents) AS cents FROM orders WHERE state NOT IN ('draft', 'cancelled') GROUP BY 1")

const text = { type: 'string' }
const whole = { type: 'integer' }
const customerShape = { type: 'object', properties: { id: whole, name: text, email: text, phone: text, street: text, city: text, kind: text, created_at: text, updated_at: text } }
const pageShape = { type: 'object', properties: { total: whole, items: { type: 'array', items: customerShape } } }
const lineShape = { type: 'object', required: ['product_id', 'quantity'], properties: { product_id: whole, quantity: { type: 'integer', minimum: 1 } } }
const orderShape = { type: 'object', properties: { id: whole, number: text, customer_id: whole, state: text, cents: whole, placed_at: text,
  lines: { type: 'array', items: { type: 'object', properties: { id: whole, product_id: whole, quantity: whole, cents: whole } } } } }

const refuse = (statusCode, message) => Object.assign(new Error(message), { statusCode })

app.register(require('@fastify/jwt'), { secret: 'nothing but a benchmark knows this secret' })
const userById = sql('SELECT id FROM users WHERE id = ?')
if (doors === 'accounts') {
  app.addHook('onRequest', async (request) => {
    if (request.url === '/health') return
    await request.jwtVerify()
    if (!userById.get(request.user.sub)) throw refuse(401, 'no such user')
  })
}

app.get('/health', async () => ({ status: 'ok' }))

app.get('/customers/:id', { schema: { params: { type: 'object', properties: { id: whole } }, response: { 200: customerShape } } }, async (request) => {
  const found = oneCustomer.get(request.params.id)
  if (!found) throw refuse(404, 'no such customer')
  return found
})

const pageQuery = { type: 'object', properties: { page: { type: 'integer', minimum: 1, default: 1 }, size: { type: 'integer', maximum: 200, default: 50 }, q: text } }
app.get('/customers', { schema: { querystring: pageQuery, response: { 200: pageShape } } }, async (request) => {
  const { page, size, q } = request.query
  const skipped = (page - 1) * size
  if (!q) return { total: customerCount.get().n, items: customerPage.all(size, skipped) }
  const pattern = `%${q}%`
  return { total: foundCount.get(pattern).n, items: foundPage.all(pattern, size, skipped) }
})

const customerBody = { type: 'object', required: ['name'], properties: { name: { type: 'string', minLength: 1, maxLength: 300 }, email: text, phone: text, street: text, city: text, kind: { enum: ['lead', 'prospect', 'customer', 'former'] } } }
app.post('/customers', { schema: { body: customerBody, response: { 201: customerShape } } }, async (request, reply) => {
  const { name, email, phone, street, city, kind } = request.body
  const at = new Date().toISOString()
  const id = Number(insertCustomer.run(name, email, phone, street, city, kind, at, at).lastInsertRowid)
  reply.code(201)
  return { id, name, email, phone, street, city, kind, created_at: at, updated_at: at }
})

let serial = 0
const placeOrder = database.transaction(({ customer_id, lines }) => {
  if (!customerExists.get(customer_id)) throw refuse(422, 'no such customer')
  const priced = lines.map(({ product_id, quantity }) => {
    const product = priceOf.get(product_id)
    if (!product) throw refuse(422, 'no such product')
    return { product_id, quantity, cents: product.cents }
  })
  const cents = priced.reduce((sum, line) => sum + line.quantity * line.cents, 0)
  const at = new Date().toISOString()
  const number = `N-${Date.now()}-${++serial}`
  const id = Number(insertOrder.run(number, customer_id, cents, at).lastInsertRowid)
  for (const line of priced) line.id = Number(insertLine.run(id, line.product_id, line.quantity, line.cents).lastInsertRowid)
  return { id, number, customer_id, state: 'draft', cents, placed_at: at, lines: priced }
})
const orderBody = { type: 'object', required: ['customer_id', 'lines'], properties: { customer_id: whole, lines: { type: 'array', minItems: 1, items: lineShape } } }
app.post('/orders', { schema: { body: orderBody, response: { 201: orderShape } } }, async (request, reply) => {
  reply.code(201)
  return placeOrder.immediate(request.body)
})

app.get('/dashboard', async () => ({ ...totals.get(), months: months.all() }))

if (port === 'token') {
  app.ready().then(() => { console.log(app.jwt.sign({ sub: 1 })); process.exit(0) })
} else {
  process.on('SIGTERM', () => app.close().then(() => { database.close(); process.exit(0) }))
  app.listen({ host: '127.0.0.1', port: Number(port) })
}
