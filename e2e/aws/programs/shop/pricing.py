def cheapest_basket():
    best = 0
    for a in range(240):
        for b in range(240):
            best = max(best, (a * b) % 97)
    return best
