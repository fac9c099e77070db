namespace Greenery.Models.Sql;

/// <summary>What a table or a query returns, as far as its text tells.</summary>
/// <param name="Columns">The columns that are known, in their order.</param>
/// <param name="Rest">The personal columns that others, whose names are not known, may come from.</param>
internal sealed record SqlRelation(IReadOnlyList<SqlColumn> Columns, IReadOnlyCollection<string> Rest)
{
    /// <summary>Returns nothing that is personal.</summary>
    public static SqlRelation Unknown { get; } = new([], []);

    /// <summary>All personal columns that anything in it comes from.</summary>
    public IReadOnlyCollection<string> Origins =>
        [.. Columns.SelectMany(column => column.Origins).Concat(Rest).Distinct()];

    /// <summary>The column of that name; null when there is none that is known or may be personal.</summary>
    public SqlColumn? Find(string name) => Columns.FirstOrDefault(column => column.Name == name)
        ?? (Rest.Count > 0 ? new SqlColumn(name, IsCopy: false, Rest) : null);

    /// <summary>
    /// With a list of column names: <c>as a (x, y)</c>. Names beyond the known columns are of the rest.
    /// </summary>
    public SqlRelation Rename(IReadOnlyList<string> names) => this with
    {
        Columns =
        [
            .. Columns.Select((column, i) => i < names.Count ? column.As(names[i]) : column),
            .. names.Skip(Columns.Count).Select(name => new SqlColumn(name, IsCopy: false, Rest)),
        ],
    };

    /// <summary>The result of <c>union</c>: names of the first, values of both.</summary>
    public SqlRelation Union(SqlRelation other) => new(
        [.. Columns.Select((column, i) => i < other.Columns.Count ? column.Or(other.Columns[i]) : column)],
        [.. Rest.Union(other.Rest).Union(other.Columns.Skip(Columns.Count).SelectMany(column => column.Origins))]);
}
