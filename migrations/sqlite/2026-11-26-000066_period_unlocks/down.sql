DROP TABLE period_unlocks;
