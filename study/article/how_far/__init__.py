"""How far does it carry? Alphabets, lags, unseen sequences, schedules and orders, two sentences each."""
