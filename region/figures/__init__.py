"""How far the exam is, in figures: kept up with every change, shown as tables and plots."""
