def recount():
    counted = {}
    for item in range(12_000):
        counted[item % 61] = counted.get(item % 61, 0) + 1
    return counted
