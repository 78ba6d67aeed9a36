DROP TABLE usage_batches;
DROP TABLE usage_totals;
DROP TABLE usage_hours;
