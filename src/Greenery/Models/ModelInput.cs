namespace Greenery.Models;

/// <summary>
/// What a model by key says of one table it reads: how a row of it that is new, changed or gone leads to the model's
/// keys.
/// </summary>
/// <param name="Name">The model or source table, or the history of one, as the select names it.</param>
/// <param name="Key">
/// The input's columns that hold the model's <see cref="Model.RebuildKey"/>, in its order; empty for a lookup.
/// </param>
/// <param name="Lookup">
/// The model's columns by which it finds the input's rows, each with the input's column. A changed row touches the keys
/// of the model's rows that have its values. Empty unless the input is a lookup.
/// </param>
/// <param name="Columns">
/// Only a change of one of these touches anything (models only); empty when any change does.
/// </param>
/// <param name="SkipsNulls">
/// Rows of the input without a key lead to no row of the model (<c>skip_nulls: true</c>); false by default.
/// </param>
/// <param name="Place">File and line, for messages.</param>
public sealed record ModelInput(
    string Name,
    IReadOnlyList<string> Key,
    IReadOnlyList<LookupColumn> Lookup,
    IReadOnlyList<string> Columns,
    bool SkipsNulls,
    string Place)
{
    /// <summary>Whether the model's own rows say which of them show the input's.</summary>
    public bool IsLookup => Lookup.Count > 0;

    /// <summary>The input's columns by which changes are followed.</summary>
    public IEnumerable<string> FollowedColumns => IsLookup ? Lookup.Select(column => column.InputColumn) : Key;

    internal string Describe() =>
        $"{Name} key {string.Join(',', Key)} lookup "
        + $"{string.Join(',', Lookup.Select(column => $"{column.ModelColumn}={column.InputColumn}"))}"
        + $" columns {string.Join(',', Columns)}{(SkipsNulls ? " skip_nulls" : "")}";
}

/// <summary>A column of the model that holds the same value as one of its input.</summary>
public sealed record LookupColumn(string ModelColumn, string InputColumn);
