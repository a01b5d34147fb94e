"""Page, workbook and summary, all written from one frozen model and nothing else."""
