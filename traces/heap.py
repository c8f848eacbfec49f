# A large live heap visited in random order: accounts that pay one another.
ACCOUNTS = 100_000
PAYMENTS = 400_000


class Account:
    def __init__(self, number):
        self.balance = 1_000_000 + number
        self.history = [number + 1000]
        self.partner = None


def open_accounts():
    accounts = [Account(number) for number in range(ACCOUNTS)]
    state = 1
    for account in accounts:
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        account.partner = accounts[(state >> 8) % ACCOUNTS]
    return accounts


def pay(accounts):
    total = 0
    state = 7
    for _ in range(PAYMENTS):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        payer = accounts[(state >> 8) % ACCOUNTS]
        payee = payer.partner
        payer.balance -= 100
        payee.balance += 100
        payee.history[0] += 1
        total += payee.balance
    return total


print(pay(open_accounts()))
