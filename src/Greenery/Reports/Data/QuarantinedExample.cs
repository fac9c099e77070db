namespace Greenery.Reports.Data;

/// <summary>A quarantined row, and how many of its table break the same rule in the same column.</summary>
/// <param name="Column">Null when the row as a whole is at fault.</param>
/// <param name="Rows">All of them that the last runs quarantined.</param>
/// <param name="NewRows">Those of the reported run.</param>
/// <param name="Message">What was found and what was expected.</param>
/// <param name="Raw">The row as in the file; its first 2,000 characters.</param>
public sealed record QuarantinedExample(
    string Table, string Rule, string? Column, long Rows, long NewRows, string Path, long Line, string Message,
    string Raw);
