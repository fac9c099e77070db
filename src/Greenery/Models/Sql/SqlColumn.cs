namespace Greenery.Models.Sql;

/// <summary>One column of a table or of a query's result, with the personal columns its values come from.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsCopy">Whether its values are those of the origins, unchanged, or computed from them.</param>
/// <param name="Origins">The personal columns: <c>users.email</c>; empty when there is none.</param>
internal sealed record SqlColumn(string Name, bool IsCopy, IReadOnlyCollection<string> Origins)
{
    /// <summary>The same values under another name.</summary>
    public SqlColumn As(string name) => this with { Name = name };

    /// <summary>A column whose values are those of either.</summary>
    public SqlColumn Or(SqlColumn other) => this with
    {
        IsCopy = (IsCopy || Origins.Count == 0) && (other.IsCopy || other.Origins.Count == 0),
        Origins = [.. Origins.Union(other.Origins)],
    };
}
