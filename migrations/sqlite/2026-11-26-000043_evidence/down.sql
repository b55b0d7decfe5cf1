DROP TABLE withholding_evidence;
DROP TABLE tolerated_months;
DROP TABLE tolerated;
DROP TABLE role_limits;
ALTER TABLE tolerances DROP COLUMN monthly;
