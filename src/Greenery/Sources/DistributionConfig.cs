using Greenery.Warehouse;

namespace Greenery.Sources;

/// <summary>Reads and verifies where a project has the rows of a table on a cluster.</summary>
internal static class DistributionConfig
{
    // What messages expect.
    private const string Form = "one column (user_id)";

    /// <summary>Why a type is refused and which are not; the end of a message.</summary>
    public const string ExpectedType =
        "the node of a row is found by a hash of the value, so that equal values must be exactly the same. Expected "
        + "uuid, text, varchar(n), integer, bigint, numeric, boolean, date, time, timestamp or timestamptz.";

    /// <summary>Why partitions and copies on every node do not go together; the end of a message.</summary>
    public const string NoPartitions =
        "has 'reference: true' and partition_by; a cluster partitions only tables that are distributed by a column. "
        + "Expected distributed_by, or no partition_by.";

    /// <summary>Whether rows can be distributed by values of a type.</summary>
    public static bool CanDistribute(ColumnType type) =>
        type.Kind is not (ColumnKind.Double or ColumnKind.Jsonb or ColumnKind.Array);

    /// <summary>
    /// Reads <c>distributed_by</c> or <c>reference: true</c>; null when there is neither, and, with a diagnostic, when
    /// they are wrong.
    /// </summary>
    /// <param name="map">The configuration that may have it.</param>
    public static Distribution? Read(PropertyMap map)
    {
        var isReference = map.Flag("reference");
        if (map.Reference("distributed_by", Form) is not { Name: var column, Place: var place })
        {
            return isReference ? Distribution.Reference : null;
        }
        if (isReference)
        {
            map.RefuseAt(place, $"has 'distributed_by: {column}' and 'reference: true'; expected one of them: rows are "
                + "spread over the nodes by a column, or all of them are on every node.");
            return null;
        }
        var names = column.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (names is [var name])
        {
            return new Distribution(name);
        }
        var found = names.Length == 0 ? "no column" : $"{names.Length} columns";
        map.RefuseAt(place, $"'distributed_by: {column}' names {found}; expected {Form}.");
        return null;
    }

    /// <summary>Verifies what can be said without a database of the table of a contract.</summary>
    /// <param name="config">The <c>config</c> that has the keys.</param>
    /// <param name="table">The table as it is described.</param>
    public static void Verify(PropertyMap config, SourceTable table)
    {
        if (table.Distribution is not { } distribution)
        {
            return;
        }
        var refusal = distribution.Column is { } column ? RefusalOf(table, column)
            : table.Partition is not null ? $"'{table.Name}' {NoPartitions}"
            : null;
        if (refusal is not null)
        {
            config.RefuseAt(config.PlaceOfKey(distribution.Key), refusal);
        }
    }

    private static string? RefusalOf(SourceTable table, string name)
    {
        var key = string.Join(", ", table.PrimaryKey);
        if (table.Columns.FirstOrDefault(column => column.Name == name) is not { } column)
        {
            return $"distributed_by names '{name}', which is no column of '{table.Name}'; expected a column of its "
                + $"primary key ({key}).{Suggestion.Sentence(name, table.Columns.Select(column => column.Name))}";
        }
        if (!CanDistribute(column.Type))
        {
            return $"distributed_by names '{name}' of '{table.Name}', which is {column.Type}: {ExpectedType}";
        }
        return table.PrimaryKey.Count == 0 || table.PrimaryKey.Contains(name)
            ? null
            : $"distributed_by names '{name}', which is not in the primary key of '{table.Name}' ({key}): each node "
                + "keeps a key unique among its own rows only, and rows with the same key could be on two nodes. "
                + $"Expected '{name}' in the key, a column of the key, or 'reference: true'.";
    }
}
