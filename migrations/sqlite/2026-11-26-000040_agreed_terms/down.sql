DROP TABLE instalments;
DROP TABLE document_terms;
