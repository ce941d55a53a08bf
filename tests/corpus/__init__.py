"""Pictures good, odd and hostile, all drawn or assembled by the code here; no foreign file is kept."""
