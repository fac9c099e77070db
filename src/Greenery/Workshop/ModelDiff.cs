namespace Greenery.Workshop;

/// <summary>How the rows of a model differ between two runs.</summary>
/// <param name="Model">Its name in full.</param>
/// <param name="Before">The run whose version comes first; null where no earlier version is kept.</param>
/// <param name="After">The run whose version is compared with it.</param>
/// <param name="Skipped">Why the rows were not compared; null when they were.</param>
/// <param name="Rows">What differs; null when the rows were not compared, or both runs have one version.</param>
public sealed record ModelDiff(string Model, long? Before, long After, string? Skipped, VersionDifference? Rows)
{
    /// <summary>Whether a row or a column differs.</summary>
    public bool Differs => Rows is { IsNone: false };
}

/// <summary>
/// How the rows of two versions differ. Values are text as PostgreSQL writes them, personal ones masked.
/// </summary>
/// <param name="Key">The columns by which rows are recognised; empty where whole rows are compared.</param>
/// <param name="Added">Number of rows that only the later version has.</param>
/// <param name="Removed">Number of rows that only the earlier version has.</param>
/// <param name="Changed">Number of rows with one key and other values.</param>
/// <param name="ChangedColumns">By column: in how many of the changed rows its value is another one.</param>
/// <param name="AddedRows">Some of these rows.</param>
/// <param name="RemovedRows">Some of these rows.</param>
/// <param name="ChangedRows">Some of these rows.</param>
public sealed record VersionDifference(
    IReadOnlyList<string> Key, long Added, long Removed, long Changed,
    IReadOnlyDictionary<string, long> ChangedColumns, IReadOnlyList<IReadOnlyDictionary<string, string?>> AddedRows,
    IReadOnlyList<IReadOnlyDictionary<string, string?>> RemovedRows, IReadOnlyList<RowChange> ChangedRows)
{
    /// <summary>Columns that only the later version has; their values are not compared.</summary>
    public IReadOnlyList<string> AddedColumns { get; init; } = [];

    /// <summary>Columns that only the earlier version has; their values are not compared.</summary>
    public IReadOnlyList<string> RemovedColumns { get; init; } = [];

    /// <summary>Columns of another type, whose values are compared as text: <c>amount: int4 -> numeric</c>.</summary>
    public IReadOnlyList<string> RetypedColumns { get; init; } = [];

    public bool IsNone => Added + Removed + Changed == 0
        && AddedColumns.Count + RemovedColumns.Count + RetypedColumns.Count == 0;
}

/// <summary>A row with other values than before.</summary>
/// <param name="Key">By what it is recognised.</param>
/// <param name="Values">The columns that differ.</param>
public sealed record RowChange(IReadOnlyDictionary<string, string?> Key, IReadOnlyList<ValueChange> Values);

/// <summary>A value that differs; a personal one is masked.</summary>
public sealed record ValueChange(string Column, string? Before, string? After);
