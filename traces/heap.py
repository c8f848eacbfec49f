# A large live heap visited in random order: accounts that pay one another.
import gc

ACCOUNTS = 40_000
PAYMENTS = 100_000

gc.disable()  # A heap under construction holds no garbage.
accounts = [{"balance": 1_000_000 + number, "history": [number]} for number in range(ACCOUNTS)]
gc.enable()


def pay():
    total = 0
    state = 7
    for _ in range(PAYMENTS):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        payer = accounts[(state >> 8) % ACCOUNTS]
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        payee = accounts[(state >> 8) % ACCOUNTS]
        payer["balance"] -= 100
        payee["balance"] += 100
        payee["history"][0] += 1
        total += payee["balance"]
    return total


print(pay())
