-- Which version of the program a run went by; null for runs of versions up to 0.1.0, which did not say.
alter table ops.run add column program_version text;
