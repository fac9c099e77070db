namespace Greenery.Models.UnitTests;

/// <summary>What came of a unit test.</summary>
/// <param name="Test">The test.</param>
/// <param name="Error">Why the select could not be evaluated, without values of rows; null when it was.</param>
/// <param name="Difference">How the rows differ; null when the select could not be evaluated.</param>
public sealed record UnitTestResult(UnitTest Test, string? Error, RowDifference? Difference)
{
    public bool IsPassed => Error is null && Difference is { IsNone: true };
}

/// <summary>
/// How the rows of a select differ from those that are expected. Rows are shown with the columns that are compared,
/// personal ones masked.
/// </summary>
/// <param name="MissingRows">Number of rows that were expected and not returned, changed ones among them.</param>
/// <param name="UnexpectedRows">Number of rows that were returned and not expected, changed ones among them.</param>
/// <param name="Missing">Some of the rows that were not returned.</param>
/// <param name="Unexpected">Some of the rows that were not expected.</param>
/// <param name="Changed">Some of the rows that were returned with other values.</param>
public sealed record RowDifference(
    long MissingRows, long UnexpectedRows, IReadOnlyList<string> Missing, IReadOnlyList<string> Unexpected,
    IReadOnlyList<ChangedRow> Changed)
{
    public bool IsNone => MissingRows + UnexpectedRows == 0;
}

/// <summary>A row that was returned with other values than those that are expected.</summary>
/// <param name="Row">By what it is recognised: the values that are equal, or its key.</param>
/// <param name="Values">The columns that differ.</param>
public sealed record ChangedRow(string Row, IReadOnlyList<ChangedValue> Values);

/// <summary>A value that differs; a personal one is masked.</summary>
/// <param name="Column">Its column.</param>
/// <param name="Expected">As the test has it.</param>
/// <param name="Found">As the select returned it.</param>
public sealed record ChangedValue(string Column, string Expected, string Found);
