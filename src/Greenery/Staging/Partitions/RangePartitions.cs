using System.Globalization;
using Greenery.Sources;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Staging.Partitions;

/// <summary>
/// Names and SQL of a table's native partitions: one for each time that has rows, and a default one for rows without a
/// date and dates that cannot be meant.
/// </summary>
/// <param name="schema">Of the table and of its partitions.</param>
/// <param name="table">Without quotes.</param>
/// <param name="rule">How the table is divided.</param>
/// <param name="type">The column's type, as PostgreSQL formats it.</param>
/// <param name="ofEach">What each partition has besides what it has from the table.</param>
/// <param name="prefix">Begins the names of partitions; null for the table's name.</param>
internal sealed class RangePartitions(
    string schema, string table, PartitionRule rule, string type, Func<string, string> ofEach,
    string? prefix = null)
{
    /// <summary>
    /// A query of the whole table locks all partitions and their indexes; by default a server has room for some
    /// thousand locks. Rows of further times are in the default partition.
    /// </summary>
    public const int Most = 500;

    private const string From = "1900-01-01";
    private const string To = "2200-01-01";

    private readonly string _parent = SqlText.Name(schema, table);
    private readonly string _column = SqlText.Name(rule.Column);
    private readonly string _prefix = prefix ?? $"{table}_p_";

    /// <summary>How the table is divided.</summary>
    public PartitionRule Rule => rule;

    /// <summary>Ends the statement that creates the table.</summary>
    public string By => $"partition by range ({_column})";

    /// <summary>The name of the default partition, without quotes and schema.</summary>
    public string DefaultName => $"{_prefix}default";

    /// <summary>The name of the partition of the time that begins with a day.</summary>
    public string NameOf(DateOnly start) =>
        $"{_prefix}{rule.Describe(start).Replace('-', '_')}";

    /// <summary>The day with which a partition's time begins; null for the default one and other tables'.</summary>
    public DateOnly? StartOf(string partition) => partition.StartsWith(_prefix, StringComparison.Ordinal)
        ? rule.Parse(partition[_prefix.Length..].Replace('_', '-')) : null;

    /// <summary>Creates the default partition.</summary>
    public string CreateDefault =>
        $"create table {SqlText.Name(schema, DefaultName)} partition of {_parent} default; {ofEach(DefaultName)}";

    /// <summary>SQL: whether a row belongs into a partition of its time, as far as there is room.</summary>
    public string HasTime(string alias) =>
        $"({alias}.{_column} >= {Literal(From)} and {alias}.{_column} < {Literal(To)})";

    /// <summary>SQL: whether a row has a time, and is older than a day.</summary>
    public string IsBefore(string alias, DateOnly day) =>
        $"({alias}.{_column} >= {Literal(From)} and {alias}.{_column} < {Literal(Day(day))})";

    /// <summary>The partitions that are there, without quotes and schema.</summary>
    public Task<List<string>> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.QueryAsync<string>(
            """
            select relname::text from pg_inherits
            inner join pg_class on pg_class.oid = inhrelid
            where inhparent = @parent::regclass
            order by 1
            """, new { parent = _parent }, cancellationToken);

    /// <summary>Creates the partitions that are missing for some rows.</summary>
    /// <param name="connection">In a transaction that may change the table.</param>
    /// <param name="rows">Quoted name of the table that has the rows.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="BlockedException">Readers of the table held their locks for too long.</exception>
    public async Task EnsureAsync(NpgsqlConnection connection, string rows, CancellationToken cancellationToken)
    {
        var needed = await connection.QueryAsync<DateOnly>(
            $"""
            select distinct date_trunc('{rule.UnitName}', {Moment})::date from {rows} as r where {HasTime("r")}
            """, null, cancellationToken);
        var there = await ReadAsync(connection, cancellationToken);
        var room = Most - there.Count + 1;
        foreach (var start in needed.Where(start => !there.Contains(NameOf(start))).OrderDescending().Take(room))
        {
            await new PartitionLock(connection, SqlText.Name(schema, DefaultName))
                .RunAsync(Create(start), cancellationToken);
        }
    }

    // Attached, since "partition of" would lock the table as a whole. What the default partition has of this time came
    // when there was no room for another partition.
    private string Create(DateOnly start)
    {
        var name = SqlText.Name(schema, NameOf(start));
        var (from, to) = (Literal(Day(start)), Literal(Day(rule.Next(start))));
        return $"""
            create table {name} (like {_parent} including defaults including storage including compression);
            {ofEach(NameOf(start))};
            with taken as (
                delete from {SqlText.Name(schema, DefaultName)} as d
                where d.{_column} >= {from} and d.{_column} < {to}
                returning *
            )
            insert into {name} select * from taken;
            alter table {_parent} attach partition {name} for values from ({from}) to ({to})
            """;
    }

    private string Moment => type switch
    {
        "timestamp with time zone" => $"(r.{_column} at time zone 'UTC')",
        // As it is, it would be taken for midnight where the session is.
        "date" => $"r.{_column}::timestamp",
        _ => $"r.{_column}",
    };

    private string Literal(string day) =>
        $"'{day}{(type == "timestamp with time zone" ? " 00:00:00+00" : "")}'::{type}";

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
