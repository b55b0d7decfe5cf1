DROP INDEX proposal_differences_on;
