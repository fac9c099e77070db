namespace Greenery.Models.Sql;

/// <summary>The tables of a from list, by the names under which the select knows them.</summary>
/// <param name="outer">That of the query around it; null at the top.</param>
internal sealed class SqlScope(SqlScope? outer)
{
    private readonly List<(string Name, SqlRelation Relation)> _tables = [];

    /// <summary>What <c>*</c> means.</summary>
    public SqlRelation All => new(
        [.. _tables.SelectMany(table => table.Relation.Columns)],
        [.. _tables.SelectMany(table => table.Relation.Rest).Distinct()]);

    public void Add(string name, SqlRelation relation) => _tables.Add((name, relation));

    /// <summary>The table of that name, or of the query around; null when there is none.</summary>
    public SqlRelation? Table(string name) =>
        _tables.FirstOrDefault(table => table.Name == name).Relation ?? outer?.Table(name);

    /// <summary>What a bare name refers to; null when it is nothing of the tables.</summary>
    public SqlColumn? Find(string name)
    {
        // A column that a join uses is in both tables.
        var known = _tables.SelectMany(table => table.Relation.Columns).Where(column => column.Name == name).ToList();
        if (known.Count > 0)
        {
            return known.Aggregate((one, other) => one.Or(other));
        }
        if (_tables.FirstOrDefault(table => table.Name == name).Relation is { } row)
        {
            return new SqlColumn(name, IsCopy: false, row.Origins);
        }
        return All.Find(name) ?? outer?.Find(name);
    }
}
