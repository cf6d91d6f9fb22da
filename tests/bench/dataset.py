"""The records that every contender is filled with: the same firm, row by row, whoever keeps it.

100,000 customers, 1,000 products and 200,000 orders of two lines, spread over the two years before
`NEWEST_S`. Made from fixed seeds, so every run and every contender sees the same bytes.
"""
import dataclasses
import hashlib
import random

CUSTOMERS, PRODUCTS, ORDERS = 100_000, 1_000, 200_000
NEWEST_S = 1_790_000_000
SPAN_S = 2 * 365 * 86_400

FIRST = ("Ánh Bảo Cường Diệu Đông Giao Hiền Hoài Hưng Khải Khương Lâm Liên Lương Mẫn Nghĩa Nguyệt Nhật Phi Phượng "
         "Quế Quyền Sang Sen Tài Thái Thế Thoa Thủy Tiên Toản Trà Triều Tuệ Ước Viễn Vịnh Xuyến Ý Yên").split()
MIDDLE = "Bá Chí Diễm Duy Đăng Hạ Khắc Lệ Mạnh Mộng Nhã Phúc Thiên Thục Tường Trọng Tuyết Uyển Vĩnh Ái".split()
FAMILY = "Bạch Cao Chu Đinh Đoàn Hà Kiều La Lâm Lục Mai Nghiêm Phùng Tạ Thái Tô Triệu Trịnh Trương Văn".split()
CITIES = ("Đà Lạt", "Hạ Long", "Hội An", "Long Xuyên", "Mỹ Tho", "Phan Thiết", "Pleiku", "Quy Nhơn", "Rạch Giá", "Vinh")
STREETS = ("Bà Triệu", "Cách Mạng", "Đồng Khởi", "Hàng Bông", "Ngô Quyền", "Pasteur", "Tràng Tiền", "Yersin")
KINDS = ("lead", "customer", "customer", "former")
STATES = ("draft", "confirmed", "completed", "completed", "completed", "cancelled")


@dataclasses.dataclass(frozen=True)
class Customer:
    number: int
    name: str
    email: str
    phone: str
    street: str
    city: str
    kind: str
    at_s: int


@dataclasses.dataclass(frozen=True)
class Product:
    number: int
    sku: str
    name: str
    cents: int


@dataclasses.dataclass(frozen=True)
class Order:
    number: int
    customer: int
    state: str
    lines: tuple  # of (product, quantity, cents each)
    at_s: int

    @property
    def cents(self):
        return sum(quantity * cents for _, quantity, cents in self.lines)


def person(r):
    return f"{r.choice(FAMILY)} {r.choice(MIDDLE)} {r.choice(FIRST)}"


def customers():
    r = random.Random(11)
    for n in range(1, CUSTOMERS + 1):
        yield Customer(n, person(r), f"mail{n}@example.com", f"+849{r.randrange(10**8):08d}",
                       f"{r.randrange(1, 300)} {r.choice(STREETS)}", r.choice(CITIES), r.choice(KINDS),
                       NEWEST_S - SPAN_S + n * SPAN_S // CUSTOMERS)


def products():
    r = random.Random(12)
    return [Product(n, f"ART-{n:04d}", f"Article {n}", 100 * r.randrange(5, 900)) for n in range(1, PRODUCTS + 1)]


def orders():
    r = random.Random(13)
    goods = products()
    for n in range(1, ORDERS + 1):
        lines = tuple((p.number, r.randrange(1, 5), p.cents) for p in r.sample(goods, 2))
        yield Order(n, r.randrange(1, CUSTOMERS + 1), r.choice(STATES), lines, NEWEST_S - SPAN_S + n * SPAN_S // ORDERS)


# What is asked for.

def wanted_customers(count=4_000):
    r = random.Random(14)
    return [r.randrange(1, CUSTOMERS + 1) for _ in range(count)]


def wanted_names(count=500):
    """A middle and a first name: about 125 of the customers have both."""
    r = random.Random(15)
    return [f"{r.choice(MIDDLE)} {r.choice(FIRST)}" for _ in range(count)]


def new_customers(count=500):
    r = random.Random(16)
    return [Customer(n, person(r), f"new{n}@example.com", f"+848{r.randrange(10**8):08d}", f"{r.randrange(1, 300)} "
                     f"{r.choice(STREETS)}", r.choice(CITIES), r.choice(KINDS), 0) for n in range(1, count + 1)]


def new_orders(count=1_000):
    """(customer, two lines of (product, quantity, cents))"""
    r = random.Random(17)
    goods = products()
    return [(r.randrange(1, CUSTOMERS + 1), [(p.number, r.randrange(1, 5), p.cents) for p in r.sample(goods, 2)])
            for _ in range(count)]


def digest(kind, number):
    return hashlib.sha256(f"{kind} {number}".encode()).digest()
